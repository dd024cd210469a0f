namespace Qubes.Cqrs.Infrastructure;

/// <summary>Error numbers of Linux, as in <c>errno.h</c> of every architecture that .NET runs on.</summary>
internal static class UnixError
{
    /// <summary>ENOENT.</summary>
    public const int NotFound = 2;

    /// <summary>EINVAL.</summary>
    public const int Invalid = 22;

    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EROFS.</summary>
    public const int ReadOnlyFileSystem = 30;

    /// <summary>ERANGE.</summary>
    public const int TooSmall = 34;

    /// <summary>EOPNOTSUPP.</summary>
    public const int NotSupported = 95;

    /// <summary>EDQUOT.</summary>
    public const int QuotaExceeded = 122;
}
