using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>Makes the folders of pools that keep files.</summary>
/// <remarks>Source: spec, storage 6 (directories). Only the pool's own folder is made: the one above it has to be there.</remarks>
internal static class PoolFolders
{
    private static readonly string[] Kinds = ["appvms", "vm-templates"];

    /// <summary>Makes the folders, then runs <paramref name="check"/> on the pool's; when that refuses, the folders that were made go again.</summary>
    internal static PoolSetup Make(string folder, Func<string, PoolSetup> check)
    {
        var made = new Stack<string>();
        PoolSetup outcome;
        try
        {
            if (!Directory.Exists(Path.GetDirectoryName(folder)))
            {
                return new PoolSetup(PoolSetupOutcome.NoFolder, "the folder above it is not there");
            }

            foreach (var wanted in Kinds.Select(kind => Path.Combine(folder, kind)).Prepend(folder))
            {
                if (!Directory.Exists(wanted))
                {
                    Directory.CreateDirectory(wanted);
                    made.Push(wanted);
                }
            }

            outcome = check(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            outcome = new PoolSetup(PoolSetupOutcome.NoFolder, refused.Message);
        }

        return outcome == PoolSetup.Done ? outcome : Remove(made, outcome);
    }

    private static PoolSetup Remove(Stack<string> made, PoolSetup outcome)
    {
        try
        {
            foreach (var folder in made)
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception busy) when (busy is IOException or UnauthorizedAccessException)
        {
            // Somebody put something there in the meantime: then it is theirs.
            return outcome with { Detail = $"{outcome.Detail} ({busy.Message})" };
        }

        return outcome;
    }
}
