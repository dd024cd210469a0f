namespace Qubes.Cqrs.Domain;

/// <summary>Names of services that the policy can have rules for.</summary>
/// <remarks>Source: spec, policy 1, the row of services.</remarks>
public static class PolicyServices
{
    /// <summary>Checks a name that came through a call.</summary>
    /// <exception cref="InvalidPolicyCallException">No service has that name.</exception>
    public static void Check(string untrustedName)
    {
        if (untrustedName.Length == 0)
        {
            throw new InvalidPolicyCallException("Service cannot be empty.");
        }

        if (PolicyLines.Invalid(untrustedName, "") is { } wrong)
        {
            throw new InvalidPolicyCallException($"Service {PythonText.Repr(untrustedName)} contains invalid characters: {wrong}");
        }
    }
}
