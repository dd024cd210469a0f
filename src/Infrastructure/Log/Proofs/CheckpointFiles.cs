using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>What lies outside of the database: the newest checkpoint, the public key, and an administrator's word about a log that does not fit.</summary>
/// <param name="folder">Where.</param>
public sealed class CheckpointFiles(string folder)
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private static readonly AtomicFileOptions Readable = new() { Mode = ForAll, Group = null };

    /// <summary>The newest checkpoint.</summary>
    public string Newest { get; } = Path.Combine(folder, "checkpoint");

    /// <summary>The public key, one line.</summary>
    public string PublicKey { get; } = Path.Combine(folder, "checkpoint.pub");

    /// <summary>The end of the log that an administrator accepts although it does not fit.</summary>
    public string Accepted { get; } = Path.Combine(folder, "checkpoint.accepted");

    /// <summary>Reads a checkpoint; null when there is none.</summary>
    /// <exception cref="ProofException">It cannot be read.</exception>
    public static SignedCheckpoint? Read(string path) => ReadText(path) is { } text ? SignedCheckpoint.Parse(text) : null;

    /// <summary>Reads the newest checkpoint; null when there is none.</summary>
    /// <exception cref="ProofException">It cannot be read.</exception>
    public SignedCheckpoint? ReadNewest() => Read(Newest);

    /// <summary>Reads the public key; null when there is none.</summary>
    /// <exception cref="ProofException">It cannot be read.</exception>
    public CheckpointVerifierKey? ReadKey() => ReadText(PublicKey) is { } text ? CheckpointVerifierKey.Parse(text) : null;

    /// <summary>Replaces the newest checkpoint.</summary>
    public Task WriteNewestAsync(SignedCheckpoint checkpoint, CancellationToken ct) => WriteAsync(Newest, checkpoint.Note, ct);

    /// <summary>Writes the public key, unless it is there.</summary>
    public Task WriteKeyAsync(CheckpointVerifierKey key, CancellationToken ct) =>
        ReadText(PublicKey) == key.Line + "\n" ? Task.CompletedTask : WriteAsync(PublicKey, key.Line + "\n", ct);

    /// <summary>Notes that an administrator accepts a log that ends so.</summary>
    public Task AcceptAsync(LogPosition position, string hash, CancellationToken ct) =>
        WriteAsync(Accepted, string.Create(CultureInfo.InvariantCulture, $"{position} {hash}\n"), ct);

    /// <summary>What an administrator accepted; null when nothing.</summary>
    internal (long Position, string Hash)? ReadAccepted() =>
        ReadText(Accepted)?.Trim().Split(' ') is [var position, var hash] && long.TryParse(position, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (number, hash)
            : null;

    /// <summary>Puts the newest checkpoint aside, and the administrator's word with it.</summary>
    internal void SetAside(DateTimeOffset now)
    {
        if (File.Exists(Newest))
        {
            File.Move(Newest, Newest + now.UtcDateTime.ToString("'.refused-'yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture), overwrite: true);
        }

        File.Delete(Accepted);
        UnixFiles.SyncFolder(folder);
    }

    private static async Task WriteAsync(string path, string text, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "/");
        await AtomicFile.ReplaceAsync(path, Encoding.UTF8.GetBytes(text), Readable, ct).ConfigureAwait(false);
    }

    private static string? ReadText(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return file.Length <= SignedCheckpoint.MostBytes
                ? new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true)).ReadToEnd()
                : throw new ProofException($"{path} is too large");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new ProofException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
