namespace Qubes.Cqrs.Api;

/// <summary>What became of the bytes of a request.</summary>
public enum FrameStatus
{
    /// <summary>They form a request.</summary>
    Ok,

    /// <summary>No NUL, fewer than four parts, or an unknown kind of destination.</summary>
    FramingError,

    /// <summary>The header holds a byte that is not ASCII.</summary>
    NotAscii,

    /// <summary>They exceed <see cref="RequestFrame.MaxBytes"/>.</summary>
    TooLong,
}
