namespace Qubes.Cqrs.Domain;

/// <summary>Reads a whole policy: its files in order, with all that they include.</summary>
/// <remarks>Source: spec, policy 1 to 3.</remarks>
public static class PolicyLoader
{
    /// <summary>Reads a policy.</summary>
    /// <param name="source">Where its files are.</param>
    /// <param name="locations">Where it begins.</param>
    /// <param name="unjudged">A file that is only about to be made: what is in it counts, but not whether it may have that name; null for none.</param>
    /// <exception cref="PolicyException">It cannot be used; every call is denied then.</exception>
    public static LoadedPolicy Load(IPolicySource source, PolicyLocations locations, string? unjudged = null)
    {
        var pass = new PolicyPass(source);
        new PolicyFileReader(pass, locations, unjudged).ReadAll();
        return pass.Loaded();
    }

    /// <summary>Reads a policy to the end, whatever is wrong in it.</summary>
    public static PolicyReport Check(IPolicySource source, PolicyLocations locations)
    {
        var pass = new PolicyPass(source);
        return pass.Report(new PolicyFileReader(pass, locations).ReadAll);
    }

    /// <summary>Reads one file that others would include, to its end.</summary>
    /// <param name="source">Where it lies.</param>
    /// <param name="path">Its path.</param>
    /// <param name="baseFolder">What relative paths in it begin at.</param>
    /// <param name="old">Whether it has the older form, of one service.</param>
    public static PolicyReport CheckFile(IPolicySource source, string path, string baseFolder, bool old)
    {
        var pass = new PolicyPass(source);
        return pass.Report(old
            ? () => new OldPolicyReader(pass).ReadFile(path, baseFolder, null, null, bare: false)
            : () => new PolicyFileReader(pass, PolicyLocations.Standard).ReadFile(path, baseFolder));
    }
}
