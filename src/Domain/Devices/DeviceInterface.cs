namespace Qubes.Cqrs.Domain;

/// <summary>Interface codes: the letter of a class and six hexadecimal digits, <c>*</c> standing for any.</summary>
/// <remarks>Source: spec, devices 3.</remarks>
public static class DeviceInterface
{
    /// <summary>The length of a code.</summary>
    public const int Length = 7;

    /// <summary>An interface of which nothing is known.</summary>
    public const string Unknown = "?******";

    /// <summary>The identity of a device of which nothing is known.</summary>
    public const string UnknownDevice = "0000:0000::" + Unknown;

    /// <summary>Whether a pattern describes the interface.</summary>
    public static bool Matches(string pattern, string code) =>
        pattern.Length == code.Length && pattern.Zip(code).All(pair => pair.First == '*' || pair.First == pair.Second);

    /// <summary>The codes of a text that holds one after the other.</summary>
    public static IEnumerable<string> Split(string codes) => codes.Chunk(Length).Select(code => new string(code));
}
