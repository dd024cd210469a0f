using System.Text;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The names of the qubes that were paused before the host slept, a line for each, in a file that a restart of the host forgets.</summary>
/// <remarks>Source: spec, lifecycle.md 6. Bytes on a disk are not trusted when they are read back: bounded, and names only.</remarks>
/// <param name="path">The file on disk.</param>
public sealed class PausedListFile(string path) : IPausedList
{
    /// <summary>Where the product has it.</summary>
    public const string Location = "/run/qubes/previously-paused.list";

    private const int MostBytes = 1 << 20;

    private static readonly AtomicFileOptions Options = new() { Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, Group = null };

    /// <inheritdoc/>
    public async ValueTask WriteAsync(IReadOnlyCollection<string> names, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
        var text = string.Join('\n', names);
        await AtomicFile.ReplaceAsync(path, Encoding.ASCII.GetBytes(text), Options, ct).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlySet<string>> TakeAsync(CancellationToken ct)
    {
        try
        {
            string text;
            await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, useAsync: true))
            {
                var bytes = new byte[Math.Min(file.Length, MostBytes)];
                text = Encoding.Latin1.GetString(bytes, 0, await file.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false));
            }

            File.Delete(path);
            return text.Split('\n').Where(IsName).ToHashSet(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new HashSet<string>(); // there is none: everything wakes
        }
    }

    private static bool IsName(string untrustedText)
    {
        try
        {
            QubeNames.Check(untrustedText);
            return true;
        }
        catch (InvalidValueException)
        {
            return false;
        }
    }
}
