namespace Qubes.Cqrs.Domain;

/// <summary>A colour that users give to qubes.</summary>
/// <param name="Index">1 to 8 for the built-in ones, from 9 for custom ones.</param>
/// <param name="Name">Its name.</param>
/// <param name="Color"><c>0xRRGGBB</c>.</param>
public sealed record Label(int Index, string Name, string Color)
{
    /// <summary>The last index of the built-in labels.</summary>
    public const int LastBuiltIn = 8;

    /// <summary>The labels of a fresh system. Source: spec, qubes-xml 7.</summary>
    public static readonly EquatableArray<Label> BuiltIn =
    [
        new(1, "red", "0xcc0000"),
        new(2, "orange", "0xf57900"),
        new(3, "yellow", "0xedd400"),
        new(4, "green", "0x73d216"),
        new(5, "gray", "0x555555"),
        new(6, "blue", "0x3465a4"),
        new(7, "purple", "0x75507b"),
        new(8, "black", "0x000000"),
    ];

    /// <summary>How messages show the label.</summary>
    public string Display => $"Label({Index}, {PythonText.Repr(Color)}, {PythonText.Repr(Name)})";
}
