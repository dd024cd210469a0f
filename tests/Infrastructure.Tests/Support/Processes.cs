namespace Qubes.Cqrs.Infrastructure.Tests;

internal static class Processes
{
    /// <summary>Whether the process of this number runs: one that only waits to be collected does not.</summary>
    public static bool Runs(string number)
    {
        try
        {
            return !File.ReadAllText($"/proc/{number}/stat").Split(") ")[^1].StartsWith('Z');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
