namespace Qubes.Cqrs.Domain;

/// <summary>The steps that lead from the policy's files of one state to those of another.</summary>
/// <remarks>Only what lies in the folders that last, and only plain files: links are made by people. Where nothing was known yet, nothing is wanted.</remarks>
internal sealed class PolicyFileDifference(PolicyFiles from, PolicyFiles to)
{
    /// <summary>The steps; none where the policy of one of the states is not known.</summary>
    internal IEnumerable<Step> Steps() => from.Entries.IsEmpty || to.Entries.IsEmpty || ReferenceEquals(from, to)
        ? []
        : from.Entries.Keys.Union(to.Entries.Keys, StringComparer.Ordinal).Where(PolicyKnowledge.IsLasting).Order(StringComparer.Ordinal)
            .Select(path => Step(path, from.Entries.GetValueOrDefault(path), to.Entries.GetValueOrDefault(path))).OfType<Step>();

    private static Step? Step(string path, PolicyFile? before, PolicyFile? after)
    {
        if (before == after || (IsNothing(before) && IsNothing(after)) || (before?.RealPath is { } real && real == after?.RealPath))
        {
            return null;
        }

        var canGo = before is null or { IsFile: true, RealPath: null };
        return after switch
        {
            null when canGo => new PolicyFileStep(path, null, before?.Text),
            { IsFile: true, Fault: null, RealPath: null } when canGo => new PolicyFileStep(path, after.Text, before is { Fault: null } ? before.Text : null),
            _ => new ImpossibleStep($"policy file {path}", "It was, or is, no plain file with a text: only a person can bring it back"),
        };
    }

    // Folders come and go with what they hold.
    private static bool IsNothing(PolicyFile? file) => file is null or { Kind: PolicyFileKind.Folder };
}
