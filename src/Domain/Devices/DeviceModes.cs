namespace Qubes.Cqrs.Domain;

/// <summary>How a device gets to its frontend.</summary>
/// <remarks>Source: spec, devices 4.</remarks>
public static class DeviceModes
{
    /// <summary>By hand, not stored.</summary>
    public const string Manual = "manual";

    /// <summary>Whenever the frontend starts, which it does not without.</summary>
    public const string Required = "required";

    /// <summary>Whenever both are there.</summary>
    public const string Automatic = "auto-attach";

    /// <summary>Whenever both are there and the user confirms it.</summary>
    public const string Ask = "ask-to-attach";

    /// <summary>Whether it is a mode.</summary>
    public static bool IsKnown(string mode) => mode == Manual || IsStored(mode);

    /// <summary>Whether it is a mode that an assignment can have.</summary>
    public static bool IsStored(string mode) => mode is Required or Automatic or Ask;
}
