namespace Qubes.Cqrs.Cli.Tests;

/// <summary>Compares what a verb shows with a file in <c>Golden</c>.</summary>
internal static class GoldenText
{
    /// <summary>Checks an output that went well and fits 80 columns; what differs from the file is left in <c>Golden.new</c> beside the tests.</summary>
    /// <param name="name">The file without <c>.txt</c>.</param>
    /// <param name="run">The run.</param>
    /// <param name="exitCode">How it has to end.</param>
    /// <param name="replace">Texts that are different each time, with what stands for them.</param>
    public static void Check(string name, Finished run, int exitCode = 0, params (string Text, string Instead)[] replace)
    {
        Assert.Equal("", run.Error);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.DoesNotContain('\u001b', run.Output);
        var text = string.Join('\n', replace.Aggregate(run.Output, (output, entry) => output.Replace(entry.Text, entry.Instead, StringComparison.Ordinal))
            .Split('\n').Select(line => line.TrimEnd()));
        var golden = Path.Combine(AppContext.BaseDirectory, "Golden", name + ".txt");
        if (!File.Exists(golden) || File.ReadAllText(golden) != text)
        {
            Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "Golden.new"));
            File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "Golden.new", name + ".txt"), text);
        }

        Assert.Equal(File.Exists(golden) ? File.ReadAllText(golden) : null, text);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }
}
