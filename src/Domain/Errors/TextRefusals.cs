namespace Qubes.Cqrs.Domain;

/// <summary>The request is malformed (<c>ProtocolError</c>).</summary>
public sealed class InvalidRequestException(string message) : DomainException(message);

/// <summary>The general refusal (<c>QubesException</c>).</summary>
public sealed class RefusedException(string message) : DomainException(message);

/// <summary>A permission rule refuses the call (<c>PermissionDenied</c>).</summary>
public sealed class PermissionRefusedException(string message) : DomainException(message);

/// <summary>A value is not acceptable (<c>QubesValueError</c>).</summary>
public sealed class InvalidValueException(string message) : DomainException(message);

/// <summary>A value does not fit a property (<c>QubesPropertyValueError</c>).</summary>
public sealed class InvalidPropertyValueException(string message) : DomainException(message);

/// <summary>A tag has characters that tags cannot have (<c>QubesInvalidTagError</c>).</summary>
public sealed class InvalidTagException(string message) : DomainException(message);

/// <summary>A label name is not acceptable (<c>QubesInvalidLabelError</c>).</summary>
public sealed class InvalidLabelException(string message) : DomainException(message);

/// <summary>A label colour is not acceptable (<c>QubesInvalidLabelValueError</c>).</summary>
public sealed class InvalidLabelValueException(string message) : DomainException(message);

/// <summary>A qube cannot do that (<c>QubesVMError</c>).</summary>
public sealed class QubeErrorException(string message) : DomainException(message);
