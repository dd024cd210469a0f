using System.IO.Compression;
using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Looks for texts in everything that a daemon left on the disk: its views, its snapshot, every file of its PostgreSQL, its output.</summary>
internal sealed class Secrets
{
    // The header of a snapshot, which stands before its compressed body.
    private const int SnapshotBody = 100;

    private readonly List<(string Name, byte[] Bytes)> wanted = [];

    public void Add(string text) => wanted.Add((text, Encoding.UTF8.GetBytes(text)));

    /// <summary>Adds an identity in the forms in which it could be kept: as text, as hexadecimal digits, as bytes.</summary>
    public void AddIdentity(string uuid)
    {
        Add(uuid);
        Add(uuid.Replace("-", "", StringComparison.Ordinal));
        wanted.Add((uuid + " as bytes", Guid.Parse(uuid).ToByteArray(bigEndian: true)));
    }

    /// <summary>Every find, as the file and what it holds.</summary>
    /// <param name="root">The root of the daemon, which is stopped. What lies in memory on a real host is left out.</param>
    /// <param name="stillRuns">Whether the disposable still runs: then its volumes are there, and the files that say so.</param>
    public IReadOnlyList<string> Find(RootFolder root, bool stillRuns = false)
    {
        var files = Directory.EnumerateFiles(root.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(file => !file.StartsWith(root.Below("/run/"), StringComparison.Ordinal))
            .Append(root.LogFile).ToList();
        Assert.Contains(files, file => file.Contains("/pg_wal/", StringComparison.Ordinal));
        Assert.Contains(files, file => file.EndsWith("/log/snapshot", StringComparison.Ordinal));
        files = stillRuns ? [.. files.Where(file => !file.Contains("/appvms/", StringComparison.Ordinal) && !file.Contains("/var/run/qubes/", StringComparison.Ordinal))] : files;
        return [.. files.SelectMany(FindIn), .. files.SelectMany(file => wanted.Where(one => file.Contains(one.Name, StringComparison.Ordinal)).Select(one => $"{file} is named {one.Name}"))];
    }

    private IEnumerable<string> FindIn(string file)
    {
        if (file.EndsWith(".img", StringComparison.Ordinal))
        {
            return []; // the data of volumes is the qubes' own; that none of a disposable is left, the names tell
        }

        var content = File.ReadAllBytes(file);
        var unpacked = file.EndsWith("/log/snapshot", StringComparison.Ordinal) ? Unpack(content) : [];
        return wanted.Where(one => content.AsSpan().IndexOf(one.Bytes) >= 0 || unpacked.AsSpan().IndexOf(one.Bytes) >= 0).Select(one => $"{file} holds {one.Name}");
    }

    private static byte[] Unpack(byte[] snapshot)
    {
        using var packed = new BrotliStream(new MemoryStream(snapshot, SnapshotBody, snapshot.Length - SnapshotBody), CompressionMode.Decompress);
        using var body = new MemoryStream();
        packed.CopyTo(body);
        return body.ToArray();
    }
}
