namespace Qubes.Cqrs.Infrastructure;

/// <summary>How the guests of a described host behave whose name matches a pattern.</summary>
/// <param name="Pattern">The name, <c>*</c> standing for any characters.</param>
public sealed record HostGuest(string Pattern)
{
    /// <summary>Whether the guest's name matches.</summary>
    public bool Fits(string name) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(Pattern, name, ignoreCase: false);

    /// <summary>Whether the hypervisor refuses to create the domain.</summary>
    public bool CreateFails { get; init; }

    /// <summary>Whether the hypervisor refuses its definition.</summary>
    public bool DefineFails { get; init; }

    /// <summary>What its qrexec daemon exits with; 0 when it starts.</summary>
    public int QrexecDaemonExitCode { get; init; }

    /// <summary>Whether it ignores a request to shut down.</summary>
    public bool IgnoresShutdown { get; init; }
}
