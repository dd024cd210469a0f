namespace Qubes.Cqrs.Api;

/// <summary>A connection that a <see cref="SocketServer"/> accepted.</summary>
internal abstract class ServedConnection
{
    internal ServedConnection? Next { get; set; }

    internal ServedConnection? Previous { get; set; }

    /// <summary>Serves the connection to its end; never throws.</summary>
    internal abstract Task ServeAsync();

    /// <summary>Ends what need not be waited for when the server stops.</summary>
    internal abstract void Stop();

    /// <summary>Cuts the client off, whatever is under way.</summary>
    internal abstract void CutOff();
}
