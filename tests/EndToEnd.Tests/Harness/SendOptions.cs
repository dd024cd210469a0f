namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>How a request is put on the wire and its answer awaited.</summary>
internal sealed record SendOptions
{
    public static readonly SendOptions Default = new();

    /// <summary>Closes the sending side after the request, which is what starts it.</summary>
    public bool HalfClose { get; init; } = true;

    /// <summary>How long the answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sends pieces of this size; 0 sends all at once.</summary>
    public int PieceSize { get; init; }

    /// <summary>The pause after each piece.</summary>
    public TimeSpan PiecePause { get; init; }

    /// <summary>Hangs up once a first EVENT frame came, instead of waiting for an end that never comes.</summary>
    public bool HangUpOnEvent { get; init; }
}
