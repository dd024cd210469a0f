namespace Qubes.Cqrs.Infrastructure;

/// <summary>The messages of the database's daemon.</summary>
/// <remarks>Source: spec, qubesdb.md 8.</remarks>
internal enum QubesDbMessageType : byte
{
    /// <summary>Asks for the value of a key.</summary>
    Read = 0,

    /// <summary>Writes a key.</summary>
    Write = 1,

    /// <summary>Asks for all keys that begin with the path, with their values.</summary>
    MultiRead = 2,

    /// <summary>Asks for the paths that begin with the path.</summary>
    List = 3,

    /// <summary>Removes a key, or with a slash at the end all below it.</summary>
    Remove = 4,

    /// <summary>Asks to be told of changes of a key, or with a slash at the end of all below it.</summary>
    Watch = 5,

    /// <summary>It was done.</summary>
    Done = 7,

    /// <summary>There is no such key.</summary>
    NoEntry = 8,

    /// <summary>It was refused.</summary>
    Refused = 9,

    /// <summary>A value.</summary>
    Value = 10,

    /// <summary>A key with its value; an empty path ends the series.</summary>
    Entry = 11,

    /// <summary>A path; an empty one ends the series.</summary>
    Path = 12,

    /// <summary>A watched key has changed; comes at any time.</summary>
    Changed = 13,
}
