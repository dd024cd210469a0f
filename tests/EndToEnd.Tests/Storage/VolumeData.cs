using System.Security.Cryptography;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Data in image files that can be told apart, and fingerprints of it.</summary>
internal static class VolumeData
{
    /// <summary>The fingerprint of a volume that holds nothing but zeros.</summary>
    public const string Empty = "empty";

    private const int PieceBytes = 64 << 10;
    private const int BlockBytes = 4096;

    /// <summary>Replaces a file of a qube that is off by a new one of the same length, so that no revision changes with it.</summary>
    public static void Put(string path, int seed)
    {
        var outside = Path.GetTempFileName();
        using (var file = File.OpenHandle(outside, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.SetLength(file, new FileInfo(path).Length);
            Write(file, seed);
        }

        File.Move(outside, path, overwrite: true);
    }

    /// <summary>Writes into a file that is there, as a qube or a client does.</summary>
    public static void Write(string path, int seed)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        Write(file, seed);
    }

    /// <summary>The fingerprint of what a file holds; holes count as the zeros that they read as.</summary>
    public static string Of(string path)
    {
        using var file = File.OpenHandle(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (found, end) = (false, 0L);
        for (var start = Native.Seek(file, 0, data: true); start >= 0; start = Native.Seek(file, end, data: true))
        {
            end = Native.Seek(file, start, data: false);
            found |= Add(hash, file, start, end);
        }

        return found ? Convert.ToHexString(hash.GetHashAndReset())[..16] : Empty;
    }

    private static void Write(Microsoft.Win32.SafeHandles.SafeFileHandle file, int seed)
    {
        var data = new byte[PieceBytes];
        new Random(seed).NextBytes(data);
        var last = RandomAccess.GetLength(file) - PieceBytes;
        foreach (var offset in new[] { 0, last / 2 / BlockBytes * BlockBytes, last / BlockBytes * BlockBytes })
            RandomAccess.Write(file, data, offset);
    }

    private static bool Add(IncrementalHash hash, Microsoft.Win32.SafeHandles.SafeFileHandle file, long start, long end)
    {
        var (found, block) = (false, new byte[BlockBytes]);
        for (var offset = start / BlockBytes * BlockBytes; offset < end; offset += BlockBytes)
        {
            var read = block.AsSpan(0, RandomAccess.Read(file, block, offset));
            if (!read.ContainsAnyExcept((byte)0))
                continue;
            hash.AppendData(BitConverter.GetBytes(offset));
            hash.AppendData(read);
            found = true;
        }

        return found;
    }
}
