namespace Qubes.Cqrs.Domain;

/// <summary>All folders and files of a policy as they lie at one time.</summary>
/// <param name="Files">What the policy is read from gives the same policy when it is read from this; and what else lies in its folders.</param>
/// <param name="Fault">Why the policy cannot be used; null when it can.</param>
public sealed record PolicySnapshot(PolicyFiles Files, PolicyException? Fault)
{
    /// <summary>Why the policy cannot be used, in one line; null when it can.</summary>
    public string? Problem => Fault is PolicySyntaxException { Expected.Length: > 0 } fault
        ? FormattableString.Invariant($"{fault.File}:{fault.Line}{(fault.Column > 0 ? $":{fault.Column}" : "")}: {fault.Problem}; expected {fault.Expected}")
        : Fault?.Message;

    /// <summary>Takes a snapshot.</summary>
    /// <param name="source">Where the policy lies.</param>
    /// <param name="locations">Where it begins.</param>
    /// <param name="known">What was known before: as long as the policy cannot be read, nobody knows which files elsewhere it is made of, and they stay.</param>
    /// <exception cref="InvalidValueException">There are too many folders and files.</exception>
    public static PolicySnapshot Take(IPolicySource source, PolicyLocations locations, PolicyFiles known)
    {
        var reading = new PolicyReading(source);
        var fault = FaultOf(reading, locations);
        foreach (var folder in locations.Folders.Append(locations.Legacy))
        {
            reading.AddAll(folder);
        }

        if (fault is not null)
        {
            foreach (var path in known.Entries.Keys.Where(path => !PolicyKnowledge.IsInFolders(path, locations)))
            {
                reading.Find(path);
            }
        }

        return new PolicySnapshot(reading.ToFiles(), fault);
    }

    private static PolicyException? FaultOf(IPolicySource source, PolicyLocations locations)
    {
        try
        {
            PolicyLoader.Load(source, locations);
            return null;
        }
        catch (PolicyException reason)
        {
            return reason;
        }
    }
}
