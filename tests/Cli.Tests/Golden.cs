namespace Qubes.Cqrs.Cli.Tests;

/// <summary>What verbs show to people, as files.</summary>
internal static class Golden
{
    /// <summary>Compares with a file; where <c>QUBES_GOLDEN</c> names a folder, the file is written there first.</summary>
    internal static async Task HoldAsync(string name, string shown)
    {
        if (Environment.GetEnvironmentVariable("QUBES_GOLDEN") is { Length: > 0 } folder)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), shown);
            return;
        }

        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Golden", name)), shown);
    }
}
