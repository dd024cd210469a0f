namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>The three sockets of a daemon.</summary>
internal sealed record DaemonSockets(string Folder)
{
    public string Main => Path.Combine(Folder, "qubesd.sock");

    public string Internal => Path.Combine(Folder, "qubesd.internal.sock");

    public string Misc => Path.Combine(Folder, "qubesd.misc.sock");

    public IReadOnlyList<string> All => [Main, Internal, Misc];

    /// <summary>A client of the socket that a transcript calls by this name; null is the main one.</summary>
    public AdminClient Client(string? name = null) => new(name switch
    {
        null or "main" => Main,
        "internal" => Internal,
        "misc" => Misc,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such socket."),
    });
}
