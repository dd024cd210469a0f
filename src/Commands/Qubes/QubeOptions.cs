using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>The options of a creation as a client writes them.</summary>
/// <param name="Name">The name.</param>
/// <param name="Label">The label's name.</param>
/// <param name="Pool">The pool for all volumes that are neither read-only nor snapshots, or null.</param>
/// <param name="Pools">Pools by volume.</param>
/// <remarks>Source: spec, admin-api.yaml, admin.vm.Create and CreateInPool: the checks come in the order of the options.</remarks>
internal sealed record QubeOptions(string Name, string Label, string? Pool, EquatableArray<NamedText> Pools)
{
    private const string VolumePrefix = "pool:";

    internal static QubeOptions Parse(CreateQube command)
    {
        string? name = null, label = null, pool = null;
        var pools = new List<NamedText>();
        foreach (var option in AsciiText.Read(command.UntrustedOptions.Span, "Parameters").Split(' '))
        {
            var separator = option.IndexOf('=', StringComparison.Ordinal);
            if (separator < 0)
            {
                throw new InvalidRequestException("Options must have the form key=value, separated by single spaces");
            }

            var (key, value) = (option[..separator], option[(separator + 1)..]);
            switch (key)
            {
                case "name":
                    Require(name is null, "Options must be unique");
                    QubeNames.Check(value);
                    name = value;
                    break;
                case "label":
                    Require(label is null, "Options must be unique");
                    CheckLabel(value);
                    label = value;
                    break;
                case "pool" or ['p', 'o', 'o', 'l', ':', ..] when !command.MayChoosePools:
                    throw new InvalidRequestException("Pool option specified but 'allow_pool' is False");
                case "pool":
                    Require(pool is null, "Option 'pool' must be unique");
                    pool = value;
                    break;
                case ['p', 'o', 'o', 'l', ':', ..]:
                    Add(pools, key[VolumePrefix.Length..], value);
                    break;
                default:
                    throw new InvalidRequestException("Options does not match: name, label, pool, pool:");
            }
        }

        Require(pool is null || pools.Count == 0, "Conflicting options specified: 'pool=', 'pool:volume='");
        return new QubeOptions(
            name ?? throw new InvalidRequestException("Creation requested without key: name"),
            label ?? throw new InvalidRequestException("Creation requested without key: label"),
            pool,
            pools.ToEquatableArray());
    }

    private static void Add(List<NamedText> pools, string volume, string pool)
    {
        Require(pools.All(entry => entry.Name != volume), $"Option 'pool:{volume}' must be unique");
        Require(Volumes.Names.Contains(volume, StringComparer.Ordinal), "Volume must be one of: root, private, volatile, kernel");
        pools.Add(new NamedText(volume, pool));
    }

    private static void CheckLabel(string label)
    {
        if (label.Length == 0)
        {
            throw new InvalidLabelException("Label name must be set");
        }

        Domain.Labels.CheckNewName(label);
    }

    private static void Require(bool satisfied, string text)
    {
        if (!satisfied)
        {
            throw new InvalidRequestException(text);
        }
    }
}
