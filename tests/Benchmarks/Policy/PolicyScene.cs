using System.Globalization;
using Qubes.Cqrs.Benchmarks.Hosts;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Benchmarks.Policy;

/// <summary>A policy and qubes whose calls are dear to judge: every line is about every service, and only the last ones match.</summary>
public sealed class PolicyScene(PolicySettings settings)
{
    /// <summary>Where the policy lies.</summary>
    public const string File = PolicyLocations.Permanent + "/30-bench.policy";

    private const int Kinds = 5;

    /// <summary>What is called, and what the policy says to it.</summary>
    public static IReadOnlyList<(string Kind, string Service)> Calls { get; } = [("allow", "bench.Allow"), ("deny", "bench.Deny"), ("ask", "bench.Ask")];

    /// <summary>A question about running qubes alone, of which there are none but dom0.</summary>
    public static (string Kind, string Service) OfRunning { get; } = ("ask for what runs", "bench.AskRunning");

    /// <summary>The text of the policy.</summary>
    public string Text => string.Join('\n', Enumerable.Range(1, settings.Lines - Calls.Count - 1).Select(Line)
        .Concat(["bench.Allow * @anyvm @anyvm allow", "bench.Deny * @anyvm @anyvm deny notify=no", "bench.Ask * @anyvm @anyvm ask", "bench.AskRunning * @anyvm * ask autostart=no", ""]));

    /// <summary>The rules.</summary>
    public PolicyRules Rules() => PolicyLoader.Load(
        PolicyLocations.Standard.Folders.Aggregate(PolicyFiles.None, (files, folder) => files.With(folder, PolicyFile.Folder)).With(File, PolicyFile.Of(Text)),
        PolicyLocations.Standard).Rules;

    /// <summary>The qubes, as <see cref="Population"/> makes them.</summary>
    public WorldPolicySystem System()
    {
        var events = FreshSystem.Events(new HostFacts()).Concat(Enumerable.Range(1, settings.Qubes).Select(number => (DomainEvent)new QubeAdded(
            new QubeId(new Guid(number, 1, 1, [1, 1, 1, 1, 1, 1, 1, 1])), Population.Name(number), QubeClass.AppVM, number,
            [new("label", PropertyValue.OfLabel(1))], [], ["created-by-dom0"], [])));
        return new WorldPolicySystem(events.Aggregate(World.Empty, Evolve.Apply));
    }

    // None of them matches a call from q1 to q2, which is seen only after all of the line was looked at.
    private string Line(int number) => string.Create(CultureInfo.InvariantCulture, $"* * {(number % Kinds) switch
    {
        0 => $"@tag:none-{number} @anyvm deny",
        1 => $"{Population.Name((number % Math.Max(settings.Qubes - 2, 1)) + 3)} @anyvm deny",
        2 => $"@anyvm {Population.Name((number % Math.Max(settings.Qubes - 2, 1)) + 3)} deny",
        3 => $"@anyvm @tag:none-{number} deny",
        _ => "@type:AppVM @dispvm:@tag:none ask",
    }}");
}
