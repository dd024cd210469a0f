namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Makes frames that are nearly right: the bytes of a good request, cut, doubled, flipped and spliced.</summary>
internal sealed class FrameMutator(IReadOnlyList<byte[]> seeds)
{
    private const int Longest = 70_000;

    private static readonly byte[] Telling = [0, (byte)' ', (byte)'+', (byte)'\n', (byte)':', 0xff, 0x80, (byte)'@', (byte)'$', (byte)'-'];

    public byte[] Next(Random random)
    {
        var bytes = new List<byte>(seeds[random.Next(seeds.Count)]);
        for (var steps = random.Next(1, 6); steps > 0; steps--)
            Mutate(bytes, random);
        if (bytes.Count > Longest)
            bytes.RemoveRange(Longest, bytes.Count - Longest);
        return [.. bytes];
    }

    private void Mutate(List<byte> bytes, Random random)
    {
        var at = random.Next(bytes.Count + 1);
        switch (random.Next(8))
        {
            case 0:
                bytes.Insert(at, Telling[random.Next(Telling.Length)]);
                break;
            case 1 when bytes.Count > 0:
                bytes[at % bytes.Count] ^= (byte)(1 << random.Next(8));
                break;
            case 2:
                bytes.RemoveRange(at, random.Next(bytes.Count - at + 1));
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(0, random.Next(bytes.Count + 1)));
                break;
            case 4:
                bytes.InsertRange(at, seeds[random.Next(seeds.Count)]);
                break;
            case 5:
                var noise = new byte[random.Next(20)];
                random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            case 6 when random.Next(20) == 0:
                bytes.InsertRange(at, Enumerable.Repeat(Telling[random.Next(Telling.Length)], random.Next(Longest)));
                break;
            case 7 when bytes.Count > 0:
                bytes.RemoveAt(at % bytes.Count);
                break;
        }
    }
}
