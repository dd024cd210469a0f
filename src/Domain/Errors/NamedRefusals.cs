namespace Qubes.Cqrs.Domain;

/// <summary>There is no such qube (<c>QubesVMNotFoundError</c>).</summary>
public sealed class QubeNotFoundException(string name) : DomainException($"No such domain: {PythonText.Repr(name)}")
{
    /// <summary>The name that was asked for, with its <c>uuid:</c> if it had one.</summary>
    public string Name { get; } = name;
}

/// <summary>A UUID is malformed (<c>QubesVMInvalidUUIDError</c>).</summary>
public sealed class InvalidQubeUuidException(string uuid) : DomainException($"VM UUID is not valid: {PythonText.Repr(uuid)}")
{
    /// <summary>The text after <c>uuid:</c>.</summary>
    public string Uuid { get; } = uuid;
}

/// <summary>The name is taken (<c>QubesVMAlreadyExistsError</c>).</summary>
public sealed class QubeAlreadyExistsException(string name) : DomainException($"Qube already exists: {name}")
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}

/// <summary>There is no such label (<c>QubesLabelNotFoundError</c>).</summary>
public sealed class LabelNotFoundException(string label) : DomainException($"Label does not exist: {label}")
{
    /// <summary>The label as it was given.</summary>
    public string Label { get; } = label;
}

/// <summary>A label is in use, or its name is taken (<c>QubesLabelInUseError</c>).</summary>
public sealed class LabelInUseException(string display) : DomainException($"Label is still in use: {display}")
{
    /// <summary>How the text shows the label.</summary>
    public string Display { get; } = display;
}

/// <summary>A feature is not set (<c>QubesFeatureNotFoundError</c>).</summary>
public sealed class FeatureNotFoundException(string qube, string feature) : DomainException($"Feature not set for domain {qube}: {feature}")
{
    /// <summary>The feature.</summary>
    public string Feature { get; } = feature;
}

/// <summary>A tag is not set (<c>QubesTagNotFoundError</c>).</summary>
public sealed class TagNotFoundException(string qube, string tag) : DomainException($"Tag not set for domain {qube}: {tag}")
{
    /// <summary>The tag.</summary>
    public string Tag { get; } = tag;
}

/// <summary>There is no such property (<c>QubesNoSuchPropertyError</c>).</summary>
public sealed class NoSuchPropertyException(string property, string holder) : DomainException($"Invalid property {PythonText.Repr(property)} of {holder}")
{
    /// <summary>The property.</summary>
    public string Property { get; } = property;
}
