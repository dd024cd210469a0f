namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>Which of our UUIDs stands for which recorded one: random ones may differ, but a qube must keep its own.</summary>
/// <remarks>The recording of 02 shows one qube under two UUIDs, so a recorded one that is new may stand for one of ours that is known.</remarks>
internal sealed class UuidPairs
{
    private readonly Dictionary<string, string> oursByRecorded = [];

    /// <summary>Checks that the two lists agree with all that was seen before, and remembers what is new.</summary>
    /// <returns>Null, or what does not agree.</returns>
    public string? Match(IReadOnlyList<string> recorded, IReadOnlyList<string> ours)
    {
        if (recorded.Count != ours.Count)
            return $"{recorded.Count} UUIDs were recorded, {ours.Count} came";
        for (var i = 0; i < recorded.Count; i++)
        {
            if (oursByRecorded.TryGetValue(recorded[i], out var expected) && expected != ours[i])
                return $"{ours[i]} stands where the recording has {recorded[i]}, which was {expected} before";
            oursByRecorded[recorded[i]] = ours[i];
        }

        return null;
    }
}
