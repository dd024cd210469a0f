using System.Collections.Immutable;

namespace Qubes.Cqrs.Domain;

/// <summary>Reads files of the older forms: one for each service, named after it.</summary>
/// <param name="pass">The reading that they are a part of.</param>
/// <remarks>Source: spec, policy 3.</remarks>
internal sealed class OldPolicyReader(PolicyPass pass)
{
    /// <summary>Reads all files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="bare">Whether their words may stand without their marks.</param>
    internal void ReadFolder(string folder, bool bare)
    {
        foreach (var (name, service, argument) in LegacyFiles(folder))
        {
            var path = folder + "/" + name;
            pass.OrNoted(() => ReadFile(pass.Source.Find(path).RealPath ?? path, folder, service, argument, bare));
            if (argument is not null)
            {
                // A file for one argument speaks the last word about it.
                pass.Add(ImplicitDeny(path, service, argument, "@anyvm"));
                pass.Add(ImplicitDeny(path, service, argument, PolicyTokens.AdminVm));
            }
        }
    }

    /// <summary>Reads a file, with all that it includes.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="baseFolder">What relative paths in it begin at.</param>
    /// <param name="service">The service that it is about; null for any.</param>
    /// <param name="argument">The argument that it is about; null for any.</param>
    /// <param name="bare">Whether its words may stand without their marks.</param>
    internal void ReadFile(string path, string baseFolder, string? service, string? argument, bool bare)
    {
        foreach (var (place, words) in pass.Lines(path, line => Renewed(line, bare)))
        {
            pass.OrNoted(() =>
            {
                if (Include(place, words) is { } included)
                {
                    pass.Nested(() => ReadFile(pass.FileAt(place, baseFolder, included), baseFolder, service, argument, bare));
                }
                else
                {
                    pass.Add(PolicyLines.OldRule(place, service, argument, words));
                }
            });
        }
    }

    private IEnumerable<(string Name, string Service, string? Argument)> LegacyFiles(string folder)
    {
        var found = new List<(string Name, string Service, string? Argument)>();
        foreach (var name in pass.Names(folder))
        {
            if (WhyIgnored(folder, name) is { } reason)
            {
                pass.Add(new PolicyRemark(false, $"ignoring {folder}/{name} ({reason})"));
            }
            else if (!name.StartsWith('.'))
            {
                var plus = name.IndexOf('+', StringComparison.Ordinal);
                found.Add(plus < 0 ? (name, name, null) : (name, name[..plus], name[plus..]));
            }
        }

        return found.OrderBy(file => file.Service, StringComparer.Ordinal).ThenBy(file => file.Argument is null)
            .ThenBy(file => file.Argument, StringComparer.Ordinal);
    }

    private string? WhyIgnored(string folder, string name)
    {
        if (name.StartsWith('.'))
        {
            return null;
        }

        return !pass.Source.Find(folder + "/" + name).IsFile ? "not a file"
            : name.EndsWith(".rpmsave", StringComparison.Ordinal) || name.EndsWith(".rpmnew", StringComparison.Ordinal) ||
                name.EndsWith(".swp", StringComparison.Ordinal) ? "ignored suffix"
            : PolicyLines.Invalid(name, "+") is { } wrong ? "invalid characters: " + wrong
            : null;
    }

    private static PolicyRule ImplicitDeny(string path, string service, string argument, string target) => new(
        path, null, service, argument, PolicyTokens.Parse("@anyvm", PolicyTokenRole.Source), PolicyTokens.Parse(target, PolicyTokenRole.Target),
        PolicyAction.Deny, null, null, null, Notify: true, Autostart: true);

    private static PolicyWord? Include(PolicyPlace place, ImmutableArray<PolicyWord> words)
    {
        const string Prefix = "@include:";
        if (words[0].Text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            var rest = new PolicyWord(words[0].Text[Prefix.Length..], words[0].Column + Prefix.Length);
            words = [new PolicyWord("!include", words[0].Column), .. rest.Text.Length == 0 ? words[1..] : words.SetItem(0, rest)];
        }

        var first = words[0];
        if (!first.Text.StartsWith('!'))
        {
            return null;
        }

        if (first.Text != "!include")
        {
            throw place.Fault("invalid directive", first.Column, "!include");
        }

        PolicyPass.CheckCount(place, words, 1);
        return words[1];
    }

    /// <summary>A line of the older form with the words of today.</summary>
    private static string Renewed(string line, bool bare)
    {
        var renewed = line.Replace('$', '@');
        return bare ? string.Join(' ', PolicyWord.Split(renewed, commasToo: true).Select(word => word.Text is "anyvm" or "dispvm" ? "@" + word.Text : word.Text)) : renewed;
    }
}
