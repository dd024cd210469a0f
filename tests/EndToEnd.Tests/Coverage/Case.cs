namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>A line of a script that the conformance run really holds the daemon to.</summary>
/// <param name="Id">The line.</param>
/// <param name="Method">The method it calls.</param>
/// <param name="ClassName">The class of the refusal; empty when it succeeds.</param>
/// <param name="Text">The text of the refusal.</param>
/// <param name="Waits">Whether it waits for something that is not built yet, so that it shows nothing today.</param>
internal sealed record Case(string Id, string Method, string ClassName, string Text, bool Waits)
{
    private const string AsRecorded = "as recorded";

    public bool Succeeds => ClassName.Length == 0;

    /// <summary>The cases of all scripts in scope, recorded and written.</summary>
    public static IReadOnlyList<Case> All() =>
    [
        .. TranscriptTests.Scripts.Concat(TranscriptScript.Written()).Select(TranscriptScript.Load).SelectMany(Of),
    ];

    // What differs or varies holds the daemon to nothing; a dropped connection is met by any exception.
    private static IEnumerable<Case> Of(TranscriptScript script)
    {
        var waiting = WaitingList.For(script.Name);
        var normaliser = new Normaliser(script.Lines);
        return script.Lines
            .Where(line => line.RawB64 is null && !line.Unstable && !ListedDifferences.Ids.Contains(line.Id))
            .SelectMany(line => Answer(line) is var (className, text)
                ? [new Case(line.Id, line.Method, className, normaliser.Text(text).Text, waiting.Find(line) is not null)]
                : Array.Empty<Case>());
    }

    // The class and the text of the refusal, empty for a success; null when the line says neither.
    private static (string ClassName, string Text)? Answer(TranscriptLine line)
    {
        if (line.AfterRefusal && AfterRefusal.For(line.Id) is var due && due != AsRecorded)
            return due?.Split(": ", 2) is [var className, var text] ? (className, text) : null;
        if (line.Mended || line.Kind is "ok" or "event")
            return ("", "");
        return line is { Kind: "exc", ExcType: { } type } ? (type, line.ExcMsg ?? "") : null;
    }
}
