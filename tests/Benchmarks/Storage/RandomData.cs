namespace Qubes.Cqrs.Benchmarks.Storage;

/// <summary>Data that cannot be taken for holes.</summary>
internal static class RandomData
{
    private const int PieceBytes = 1 << 20;

    /// <summary>Writes it to the beginning of a file, durably; the file grows where it has to.</summary>
    internal static void Write(string path, long bytes)
    {
        var piece = new byte[PieceBytes];
        new Random(11).NextBytes(piece);
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write);
        for (var offset = 0L; offset < bytes; offset += PieceBytes)
        {
            BitConverter.TryWriteBytes(piece, offset);
            RandomAccess.Write(file, piece.AsSpan(0, (int)Math.Min(PieceBytes, bytes - offset)), offset);
        }

        RandomAccess.FlushToDisk(file);
    }
}
