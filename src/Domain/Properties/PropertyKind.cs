namespace Qubes.Cqrs.Domain;

/// <summary>The type of a property's value.</summary>
public enum PropertyKind
{
    /// <summary>Text; shown as <c>str</c>.</summary>
    Text,

    /// <summary>A whole number of any size; shown as <c>int</c>.</summary>
    Integer,

    /// <summary>A truth value; shown as <c>bool</c>.</summary>
    Boolean,

    /// <summary>A reference to a qube, or none; shown as <c>vm</c>.</summary>
    Qube,

    /// <summary>A reference to a label by index; shown as <c>label</c>.</summary>
    Label,
}
