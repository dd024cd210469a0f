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

/// <summary>Nothing serves the method in this daemon (<c>QubesNotImplementedError</c>).</summary>
public sealed class NotBuiltException(string message) : DomainException(message);

/// <summary>The qube is not paused (<c>QubesVMNotPausedError</c>).</summary>
public sealed class QubeNotPausedException(string message) : DomainException(message);

/// <summary>The qube did not shut down in time (<c>QubesVMShutdownTimeoutError</c>).</summary>
public sealed class ShutdownTimedOutException(string qube) : DomainException($"Domain shutdown timed out: {PythonText.Repr(qube)}");

/// <summary>The host has too little free memory (<c>QubesMemoryError</c>).</summary>
public sealed class NotEnoughMemoryException(string qube) : DomainException($"Not enough memory to start domain {PythonText.Repr(qube)}");
