using System.Text;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary>A request to the daemon; texts are Latin-1, so that any byte can be written.</summary>
/// <remarks>Frame: spec/wire-protocol.md, section 2.</remarks>
internal sealed record AdminRequest(string Method)
{
    public string Arg { get; init; } = "";

    public string Source { get; init; } = "dom0";

    public string DestinationType { get; init; } = "name";

    public string Destination { get; init; } = "dom0";

    public byte[] Payload { get; init; } = [];

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public byte[] ToBytes()
    {
        var name = Arg.Length == 0 ? Method : $"{Method}+{Arg}";
        return [.. Bytes($"{name} {Source} {DestinationType} {Destination}\0"), .. Payload];
    }
}
