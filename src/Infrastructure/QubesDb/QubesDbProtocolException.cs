namespace Qubes.Cqrs.Infrastructure;

/// <summary>The daemon of a database answers in a way that the protocol does not know: the connection is of no use any more.</summary>
internal sealed class QubesDbProtocolException(string message) : IOException(message);
