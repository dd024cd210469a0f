namespace Qubes.Cqrs.Api;

/// <summary>What a call does; anything beyond reading needs the stronger policy.</summary>
[Flags]
public enum MethodAccess
{
    /// <summary>Not classified.</summary>
    None = 0,

    /// <summary>It reads.</summary>
    Read = 1,

    /// <summary>It changes the configuration.</summary>
    Write = 2,

    /// <summary>It makes something happen.</summary>
    Execute = 4,
}
