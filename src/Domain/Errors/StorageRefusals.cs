namespace Qubes.Cqrs.Domain;

/// <summary>A storage driver refuses (<c>StoragePoolException</c>).</summary>
public sealed class StorageRefusedException(string message) : DomainException(message);

/// <summary>A volume's pool is gone (<c>QubesPoolNotFoundError</c>).</summary>
public sealed class PoolNotFoundException(string pool) : DomainException($"No such storage pool: {PythonText.Repr(pool)}")
{
    /// <summary>The pool.</summary>
    public string Pool { get; } = pool;
}

/// <summary>A volume is gone (<c>QubesVolumeNotFoundError</c>).</summary>
public sealed class VolumeNotFoundException(string pool, string vid)
    : DomainException($"No such volume in pool {PythonText.Repr(pool)}: {PythonText.Repr(vid)}")
{
    /// <summary>Its id within the pool.</summary>
    public string Vid { get; } = vid;
}

/// <summary>A volume has no such revision (<c>QubesVolumeRevisionNotFoundError</c>).</summary>
public sealed class RevisionNotFoundException(string vid, string revision)
    : DomainException($"Volume {vid} has no revision {PythonText.Repr(revision)}")
{
    /// <summary>The revision that was asked for.</summary>
    public string Revision { get; } = revision;
}

/// <summary>A token for copying a volume is not known, or was used (<c>QubesVolumeCopyTokenNotFoundError</c>).</summary>
public sealed class VolumeTokenNotFoundException() : DomainException("Token to clone volume of qube was not found");
