namespace Qubes.Cqrs.Domain.Tests;

/// <summary>A small system, and a policy of one file.</summary>
internal static class Some
{
    internal static readonly PolicyFiles Folders = RandomPolicies.Folders.Aggregate(PolicyFiles.None, (all, folder) => all.With(folder, PolicyFile.Folder));

    internal static readonly RecordedSystem System = new(
    [
        new MadeUpQube(new NaiveQube("dom0", "00000000-0000-0000-0000-000000000000", "AdminVM") { Runs = true }),
        Qube("work", runs: true, disposables: "dvm"),
        Qube("vault"),
        Qube("secret", tag: "hidden"),
        Qube("dvm", makes: true),
        Qube("inner", isInternal: true),
    ]);

    internal static PolicyRules Rules(string text) =>
        PolicyLoader.Load(Folders.With("/etc/qubes/policy.d/30-user.policy", PolicyFile.Of(text)), PolicyLocations.Standard).Rules;

    private static MadeUpQube Qube(string name, bool runs = false, string? disposables = null, string? tag = null, bool makes = false, bool isInternal = false) =>
        new(new NaiveQube(name, $"0000000{name.Length}-1111-4222-8333-{(int)name[0]:x12}", "AppVM")
        {
            Runs = runs,
            DefaultDispvm = disposables,
            Tags = tag is null ? [] : [tag],
            MakesDisposables = makes,
            Internal = isInternal,
        });
}
