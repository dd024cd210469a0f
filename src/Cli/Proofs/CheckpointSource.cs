using System.CommandLine;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Cli;

/// <summary>What lies beside a log outside of its database, and files that a user names.</summary>
internal static class CheckpointSource
{
    internal const string Folder = "/var/lib/qubes/log";

    /// <summary>The files beside the log.</summary>
    internal static CheckpointFiles Files(string? root) => new(new RootedPaths(root).OnDisk(Folder));

    /// <summary>The key that an option gives, as a line or as a file that holds one; else the one beside the log.</summary>
    internal static CheckpointVerifierKey? Key(string? given, string? root) => given switch
    {
        null => Files(root).ReadKey(),
        _ when File.Exists(given) => CheckpointVerifierKey.Parse(ReadText(given)),
        _ => CheckpointVerifierKey.Parse(given),
    };

    /// <summary>A checkpoint in a file that must be there.</summary>
    internal static SignedCheckpoint Read(string path) => CheckpointFiles.Read(path) ?? throw new HistoryException($"there is no file {path}");

    /// <summary>A file of bounded size; <c>-</c> stands for standard input.</summary>
    internal static string ReadText(string path)
    {
        const int most = 32 * 1024 * 1024;
        try
        {
            using var stream = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            using var reader = new StreamReader(stream);
            var text = new char[4096];
            var all = new System.Text.StringBuilder();
            while (reader.Read(text) is > 0 and var count)
            {
                all.Append(text, 0, count);
                if (all.Length > most)
                {
                    throw new HistoryException($"{path} is too large");
                }
            }

            return all.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new HistoryException($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>The option for a key.</summary>
    internal static Option<string?> KeyOption() => new("--key")
    {
        Description = "The public key of the log, as the line name+id+key or as a file with that line; else the one beside the log.",
        HelpName = "KEY",
    };
}
