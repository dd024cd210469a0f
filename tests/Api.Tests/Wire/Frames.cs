using System.Text;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>Writes requests as clients do.</summary>
internal static class Frames
{
    internal static byte[] Of(string call, string source = "dom0", string destination = "dom0", string payload = "", string type = "name") =>
        Encoding.Latin1.GetBytes($"{call} {source} {type} {destination}\0{payload}");

    internal static byte[] Encode(string method, string? argument, string source, string type, string destination, ReadOnlySpan<byte> payload) =>
        [.. Encoding.ASCII.GetBytes(argument is null ? method : $"{method}+{argument}"), (byte)' ', .. Encoding.ASCII.GetBytes($"{source} {type} {destination}"), 0, .. payload];
}
