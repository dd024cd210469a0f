using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>Decodes what has to be ASCII.</summary>
public static class AsciiText
{
    /// <summary>The text of a client's bytes.</summary>
    /// <param name="untrusted">The bytes.</param>
    /// <param name="what">What they are, as the refusal says it.</param>
    /// <exception cref="InvalidRequestException">They are no ASCII.</exception>
    /// <remarks>Source: spec, admin-api.yaml: every call whose payload is text refuses it in these words.</remarks>
    public static string Read(ReadOnlySpan<byte> untrusted, string what) => Ascii.IsValid(untrusted)
        ? Encoding.ASCII.GetString(untrusted)
        : throw new InvalidRequestException($"{what} contains non-ASCII characters");
}
