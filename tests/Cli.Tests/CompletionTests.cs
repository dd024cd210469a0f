using System.Globalization;
using System.Runtime.CompilerServices;

namespace Qubes.Cqrs.Cli.Tests;

/// <summary>Completion in shells, and the manual page.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("qubes-completion-").FullName;

    public CompletionTests()
    {
        var store = Directory.CreateDirectory(Path.Combine(root, "var/lib/qubes"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "qubes.xml"), Path.Combine(store.FullName, "qubes.xml"));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task Verbs_and_options_are_completed()
    {
        Assert.Contains("stats", await CompleteAsync("qubes-history st"));
        Assert.Contains("--property", await CompleteAsync("qubes-history log --pro"));
        Assert.DoesNotContain("replay-speed", await CompleteAsync("qubes-history re"));
    }

    [Fact]
    public async Task Names_of_qubes_and_properties_are_completed()
    {
        Assert.Equal(["sys-net"], await CompleteAsync($"qubes-history log --root {root} --qube sys"));
        Assert.Equal(["work"], await CompleteAsync($"qubes-history qubesdb --root {root} wo"));
        Assert.Contains("netvm", await CompleteAsync("qubes-history log --property net"));
        Assert.Contains("domain-pre-start", await CompleteAsync("qubes-history watch --type domain-p"));
    }

    [Fact]
    public async Task Where_no_names_are_nothing_is_said() => Assert.Empty(await CompleteAsync("qubes-history log --root /nonexistent --qube sys"));

    [Theory]
    [InlineData("bash", "complete -F _qubes_history qubes-history")]
    [InlineData("zsh", "#compdef qubes-history")]
    [InlineData("fish", "complete -c qubes-history")]
    public async Task There_is_a_script_for_each_shell(string shell, string line)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, await Verbs.Parse(["completion", shell]).InvokeAsync(new() { Output = output }));
        Assert.Contains(line, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_manual_page_is_what_the_verbs_say()
    {
        var kept = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "qubes-history.1"));
        Assert.True(
            kept == ManPage.Of(Verbs.Whole()),
            $"packaging/man/qubes-history.1 is stale; in {Repository()}: dotnet run --project src/Cli -- man-page > packaging/man/qubes-history.1");
    }

    [Fact]
    public void Every_verb_has_examples() =>
        Assert.DoesNotContain(Verbs.Whole().Subcommands, verb => !verb.Hidden && verb.Description?.Contains("\n\nExample", StringComparison.Ordinal) != true);

    private static string Repository([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../.."));

    private static async Task<string[]> CompleteAsync(string line)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Assert.Equal(0, await Verbs.Parse([$"[suggest:{line.Length.ToString(CultureInfo.InvariantCulture)}]", line]).InvokeAsync(new() { Output = output }));
        return output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
