namespace Qubes.Cqrs.Domain;

/// <summary>A call about files of the policy is malformed (<c>PolicyAdminProtocolException</c>).</summary>
public sealed class InvalidPolicyCallException(string message) : DomainException(message);

/// <summary>A file of the policy is not what the caller's token stands for (<c>PolicyAdminTokenException</c>).</summary>
public sealed class PolicyTokenException(string message) : DomainException(message);

/// <summary>There is no such file of the policy (<c>PolicyAdminFileNotFoundException</c>).</summary>
public sealed class PolicyFileNotFoundException(string path) : DomainException($"Not found: {path}")
{
    /// <summary>The path, links followed.</summary>
    public string Path { get; } = path;
}

/// <summary>A name is none that a file of the policy can have (<c>PolicyAdminInvalidFileNameException</c>).</summary>
public sealed class InvalidPolicyFileNameException(string name)
    : DomainException($"Invalid policy file name: {name}\nNames must contain only alphanumeric characters, underscore and hyphen.")
{
    /// <summary>The name as it was given.</summary>
    public string Name { get; } = name;
}

/// <summary>A link leads out of the folder that the call is about (<c>PolicyAdminInvalidFilePathException</c>).</summary>
public sealed class InvalidPolicyFilePathException(string folder) : DomainException($"Expecting a path inside {folder}")
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;
}

/// <summary>The policy could not be used after a change (<c>PolicyAdminSyntaxException</c>).</summary>
public sealed class PolicyChangeRefusedException(PolicySyntaxException reason) : DomainException($"Policy change validation failed: {reason.Message}")
{
    /// <summary>What is wrong, and where.</summary>
    public PolicySyntaxException Reason { get; } = reason;
}
