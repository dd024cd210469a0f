namespace Qubes.Cqrs.Domain;

/// <summary>A rule of the policy.</summary>
/// <param name="File">The path of its file.</param>
/// <param name="Line">Its line, from 1; null for one that nobody wrote.</param>
/// <param name="Service">The service; null for all.</param>
/// <param name="Argument">The argument with its <c>+</c>; null for any.</param>
/// <param name="Source">Which callers it is about.</param>
/// <param name="Target">Which targets it is about.</param>
/// <param name="Action">What it says.</param>
/// <param name="Redirect">The target that takes the place of the requested one; null keeps it.</param>
/// <param name="DefaultTarget">What a question suggests; null for nothing.</param>
/// <param name="User">As whom the call is made; null for the usual one.</param>
/// <param name="Notify">Whether the user is told.</param>
/// <param name="Autostart">Whether the target may be started for the call.</param>
/// <remarks>Source: spec, policy 1.</remarks>
public sealed record PolicyRule(
    string File,
    int? Line,
    string? Service,
    string? Argument,
    PolicyToken Source,
    PolicyToken Target,
    PolicyAction Action,
    PolicyToken? Redirect,
    PolicyToken? DefaultTarget,
    string? User,
    bool Notify,
    bool Autostart)
{
    /// <summary>Where it stands: the file, a colon, the line.</summary>
    public string Place => $"{File}:{(Line is { } line ? line.ToString(System.Globalization.CultureInfo.InvariantCulture) : "None")}";

    /// <summary>Whether it is about calls of a service with an argument.</summary>
    /// <param name="service">The service.</param>
    /// <param name="argument">The argument with its <c>+</c>.</param>
    public bool IsAbout(string service, string argument) => IsAbout(service) && (Argument is null || Argument == argument);

    /// <summary>Whether it is about calls of a service, with some argument.</summary>
    public bool IsAbout(string service) => Service is null || Service == service;
}
