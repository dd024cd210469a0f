namespace Qubes.Cqrs.Domain;

/// <summary>How requests write on and off, and how features do.</summary>
internal static class SwitchText
{
    /// <summary>The feature's value for <c>1</c> or <c>0</c>; null for anything else, which asks for nothing.</summary>
    internal static string? Read(string? requested) => requested switch
    {
        "1" => "1",
        "0" => "",
        _ => null,
    };
}
