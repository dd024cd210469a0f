using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Qubes.Cqrs.Infrastructure;

/// <summary>The key with which the daemon signs checkpoints; it lies in a file that only the daemon's account may read.</summary>
public sealed class CheckpointKey : IDisposable
{
    private const int MostBytes = 16 * 1024;
    private const UnixFileMode OfOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly ECDsa key;

    private CheckpointKey(ECDsa key, string? name)
    {
        this.key = key;
        var encoded = key.ExportSubjectPublicKeyInfo();
        Public = CheckpointVerifierKey.Of(name ?? "qubes-log/" + Convert.ToHexStringLower(SHA256.HashData(encoded).AsSpan(0, 4)), encoded);
    }

    /// <summary>What others need to check its signatures.</summary>
    public CheckpointVerifierKey Public { get; }

    /// <summary>Reads the key; makes one where there is none.</summary>
    /// <param name="path">The file, PKCS 8 in PEM.</param>
    /// <param name="name">The name of the log; null for one that is made from the key.</param>
    /// <param name="ct">Ends it.</param>
    /// <exception cref="ProofException">It cannot be used; the text says why.</exception>
    public static async Task<CheckpointKey> OpenAsync(string path, string? name, CancellationToken ct)
    {
        try
        {
            if (!File.Exists(path))
            {
                await MakeAsync(path, ct).ConfigureAwait(false);
            }

            return Read(path, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or AtomicFileException)
        {
            throw new ProofException($"the key {path} cannot be read or made: {e.Message}", e);
        }
    }

    /// <summary>Signs a checkpoint.</summary>
    public SignedCheckpoint Sign(long size, ReadOnlyMemory<byte> root, ReadOnlyMemory<byte> chain, DateTimeOffset time)
    {
        var checkpoint = new Checkpoint(Public.Name, size, root, chain, time);
        return SignedCheckpoint.Of(
            checkpoint, Public, key.SignData(Encoding.UTF8.GetBytes(checkpoint.Text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private static async Task MakeAsync(string path, CancellationToken ct)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");
        await AtomicFile.ReplaceAsync(
            path, Encoding.ASCII.GetBytes(made.ExportPkcs8PrivateKeyPem() + "\n"), new AtomicFileOptions { Mode = UnixFileMode.UserRead, Group = null }, ct).ConfigureAwait(false);
    }

    private static CheckpointKey Read(string path, string? name)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var mode = File.GetUnixFileMode(file.SafeFileHandle);
        if ((mode & OfOthers) != 0)
        {
            throw new ProofException(string.Create(
                CultureInfo.InvariantCulture,
                $"the key {path} has the mode 0{Convert.ToString((int)mode, 8)}: others could have read it. Remove it, so that a new one is made, or, when you are sure: chmod 0400 {path}"));
        }

        if (file.Length > MostBytes)
        {
            throw new ProofException($"the key {path} is no key");
        }

        using var reader = new StreamReader(file, Encoding.ASCII);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(reader.ReadToEnd());
            key.ExportParameters(includePrivateParameters: true);
            return new CheckpointKey(key, name);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or ProofException)
        {
            key.Dispose();
            throw new ProofException($"the key {path} is no private key on P-256 (PKCS 8 in PEM)", e);
        }
    }
}
