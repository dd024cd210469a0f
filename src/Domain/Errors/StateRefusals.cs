namespace Qubes.Cqrs.Domain;

/// <summary>Something still uses the qube (<c>QubesVMInUseError</c>).</summary>
public sealed class QubeInUseException(string message) : DomainException(message);

/// <summary>The qube is off (<c>QubesVMNotStartedError</c>).</summary>
public sealed class QubeNotStartedException(string message) : DomainException(message);

/// <summary>The qube is off or paused (<c>QubesVMNotRunningError</c>).</summary>
public sealed class QubeNotRunningException(string message) : DomainException(message);

/// <summary>The qube is not off (<c>QubesVMNotHaltedError</c>).</summary>
public sealed class QubeNotHaltedException(string message) : DomainException(message);

/// <summary>A storage pool is in use or its name is taken (<c>QubesPoolInUseError</c>).</summary>
public sealed class PoolInUseException(string message) : DomainException(message);

/// <summary>The method is not built yet (<c>QubesNotImplementedError</c>).</summary>
public sealed class NotBuiltException(string message) : DomainException(message);
