namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>One event as it is sent to a subscriber; texts are Latin-1.</summary>
internal sealed record WireEvent(string Subject, string Name, IReadOnlyList<KeyValuePair<string, string>> Values)
{
    public string Value(string key) => Values.FirstOrDefault(pair => pair.Key == key).Value ?? "";

    public override string ToString() =>
        $"[{Readable.Text(Subject, 100)}] {Readable.Text(Name, 200)} "
        + string.Join(' ', Values.Select(pair => $"{Readable.Text(pair.Key, 100)}={(pair.Value.Length == 0 ? "''" : Readable.Text(pair.Value, 200))}"));
}
