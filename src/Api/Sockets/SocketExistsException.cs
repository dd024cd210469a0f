namespace Qubes.Cqrs.Api;

/// <summary>Another process serves the path, or something that is no socket lies there.</summary>
/// <remarks>Source: spec, wire protocol 1.</remarks>
public sealed class SocketExistsException(string path) : IOException($"socket already exists: '{path}'")
{
    /// <summary>The path.</summary>
    public string Path { get; } = path;
}
