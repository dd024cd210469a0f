namespace Qubes.Cqrs.Domain;

/// <summary>Folds what happens to the files of the policy.</summary>
internal static class PolicyFileEvolution
{
    internal static PolicyFiles Apply(PolicyFiles files, DomainEvent @event) => @event switch
    {
        PolicyFileSet e => Set(files, e.Path, e.Text),
        PolicyFileRemoved e => Remove(files, e.Path),
        PolicyFileObserved { Kind: PolicyFileKind.Missing } e => files.Without(e.Path),
        PolicyFileObserved e => files.With(e.Path, e.ToFile()),
        _ => files,
    };

    // A change through a link changes the file that it leads to, and every other link to that file shows it.
    private static PolicyFiles Set(PolicyFiles files, string path, string text)
    {
        var real = Real(files, path);
        var others = LinksTo(files, real);
        return others.Aggregate(files.With(real, PolicyFile.Of(text)), (all, link) => all.With(link, PolicyFile.Of(text) with { RealPath = real }));
    }

    private static PolicyFiles Remove(PolicyFiles files, string path)
    {
        var real = Real(files, path);
        return LinksTo(files, real).Append(real).Aggregate(files, (all, gone) => all.Without(gone));
    }

    private static string Real(PolicyFiles files, string path) => files.Entries.GetValueOrDefault(path)?.RealPath ?? path;

    private static List<string> LinksTo(PolicyFiles files, string real) => [.. files.Entries.Where(entry => entry.Value.RealPath == real).Select(entry => entry.Key)];
}
