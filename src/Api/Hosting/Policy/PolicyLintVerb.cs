using System.Collections.Immutable;
using System.CommandLine;
using System.Net.Sockets;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubesd policy lint</c>: finds what is wrong in the policy, and what is hardly meant.</summary>
internal static class PolicyLintVerb
{
    private const string Examples =
        "\n\nA folder is read as a whole policy, a file *.policy with all that it includes, and any other file as one that is included, in the form that fits it better." +
        "\n\nEnds with 0 when there is no error, with 1 when there is one, with 2 when nothing could be checked. Warnings do not count." +
        "\n\nExamples:\n  qubesd policy lint\n  qubesd policy lint ./30-user.policy\n  qubesd policy lint --json | jq '.findings[] | select(.severity == \"error\")'";

    internal static Command Create()
    {
        var (root, json) = (PolicyCommand.Root(), PolicyCommand.Json());
        var paths = new Argument<string[]>("path") { Description = "Folders and files to check; the installed policy if none is given.", Arity = ArgumentArity.ZeroOrMore };
        paths.Validators.Add(PolicyCommand.CheckNoOption);
        var alone = new Option<bool>("--alone") { Description = "Do not ask the daemon which qubes there are: names are not looked up then." };
        var command = new Command("lint", "Find what is wrong in the policy, and what is hardly meant." + Examples) { paths, root, alone, json };
        command.SetAction((parsed, ct) => PolicyCommand.RunAsync("the policy cannot be checked", async () =>
        {
            var system = parsed.GetValue(alone) ? null : await FindSystemAsync(parsed.GetValue(root), ct).ConfigureAwait(false);
            var findings = Check(parsed.GetValue(root), parsed.GetValue(paths) ?? [], system);
            await Console.Out.WriteAsync(parsed.GetValue(json) ? PolicyJson.Of(findings) : PolicyFindingsText.Of(findings)).ConfigureAwait(false);
            return findings.Any(finding => finding.IsError) ? 1 : 0;
        }));
        return command;
    }

    /// <summary>Checks what was named, or the installed policy.</summary>
    /// <exception cref="PolicyToolException">There is no such file or folder.</exception>
    internal static ImmutableArray<PolicyFinding> Check(string? root, IReadOnlyCollection<string> paths, IPolicySystem? system)
    {
        if (paths.Count == 0)
        {
            using var installed = new PolicyDisk(new RootedPaths(root));
            return PolicyLint.Check(new RememberedPolicySource(installed), PolicyLocations.Standard, system);
        }

        using var disk = new PolicyDisk(new RootedPaths(null));
        var source = new RememberedPolicySource(disk);
        return [.. paths.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal).SelectMany(path => Check(source, path, system)).Distinct()];
    }

    private static ImmutableArray<PolicyFinding> Check(IPolicySource source, string path, IPolicySystem? system)
    {
        var (folder, name) = (PolicyPaths.FolderOf(path), PolicyPaths.NameOf(path));
        return source.Find(path).Kind switch
        {
            PolicyFileKind.Folder => PolicyLint.Check(source, In(path), system),
            PolicyFileKind.File when name.EndsWith(".policy", StringComparison.Ordinal) => PolicyLint.Check(new ChosenPolicyFiles(source, folder, [name]), In(folder), system),
            PolicyFileKind.File => PolicyLint.CheckFile(source, path, system),
            PolicyFileKind.Missing => throw new PolicyToolException($"there is no {path}"),
            _ => throw new PolicyToolException($"{path} is neither a file nor a folder"),
        };
    }

    private static PolicyLocations In(string folder) => new([folder], PolicyLocations.Standard.Legacy);

    // Without the daemon, or for an account that may not ask it, names are simply not looked up.
    private static async Task<IPolicySystem?> FindSystemAsync(string? root, CancellationToken ct)
    {
        try
        {
            return await PolicySituations.AskAsync(root, ct).ConfigureAwait(false);
        }
        catch (Exception reason) when (reason is SocketException or IOException or RefusedException or JsonException)
        {
            return null;
        }
    }
}
