using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Where the policy lies.</summary>
/// <param name="Folders">The folders of <c>*.policy</c> files; a file hides those of the same name in later folders.</param>
/// <param name="Legacy">The folder of the older files, one for each service.</param>
/// <remarks>Source: spec, policy 1 and 3.</remarks>
public sealed record PolicyLocations(ImmutableArray<string> Folders, string Legacy)
{
    /// <summary>Where dom0 has them.</summary>
    public static readonly PolicyLocations Standard = new([Runtime, Permanent], "/etc/qubes-rpc/policy");

    /// <summary>The folder whose files last until the host is started again.</summary>
    public const string Runtime = "/run/qubes/policy.d";

    /// <summary>The folder whose files are kept; that of the calls <c>policy.*</c>.</summary>
    public const string Permanent = "/etc/qubes/policy.d";

    /// <summary>The folder of the files that others include; that of the calls <c>policy.include.*</c>.</summary>
    public const string Includes = Permanent + "/include";
}
