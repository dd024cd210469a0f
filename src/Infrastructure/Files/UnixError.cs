namespace Qubes.Cqrs.Infrastructure;

/// <summary>Error numbers of Linux, as in <c>errno.h</c> of every architecture that .NET runs on.</summary>
internal static class UnixError
{
    /// <summary>ENOENT.</summary>
    public const int NotFound = 2;

    /// <summary>ENXIO.</summary>
    public const int NoSuchAddress = 6;

    /// <summary>EAGAIN, which also says that somebody else holds a lock.</summary>
    public const int Again = 11;

    /// <summary>EEXIST.</summary>
    public const int Exists = 17;

    /// <summary>EXDEV.</summary>
    public const int CrossDevice = 18;

    /// <summary>ENOTDIR.</summary>
    public const int NoFolder = 20;

    /// <summary>EINVAL.</summary>
    public const int Invalid = 22;

    /// <summary>ENOTTY.</summary>
    public const int NoIoCtl = 25;

    /// <summary>EFBIG.</summary>
    public const int TooBig = 27;

    /// <summary>ENOSPC.</summary>
    public const int NoSpace = 28;

    /// <summary>EROFS.</summary>
    public const int ReadOnlyFileSystem = 30;

    /// <summary>ERANGE.</summary>
    public const int TooSmall = 34;

    /// <summary>ENAMETOOLONG.</summary>
    public const int NameTooLong = 36;

    /// <summary>ENOSYS.</summary>
    public const int NoSystemCall = 38;

    /// <summary>ENOTEMPTY.</summary>
    public const int NotEmpty = 39;

    /// <summary>ELOOP.</summary>
    public const int Loop = 40;

    /// <summary>EOPNOTSUPP.</summary>
    public const int NotSupported = 95;

    /// <summary>EDQUOT.</summary>
    public const int QuotaExceeded = 122;
}
