namespace Qubes.Cqrs.Domain;

/// <summary>The steps that lead from a state to what a plan file says, each with its place in the file.</summary>
internal sealed class DeclaredDifference(World world, PlanFile file, DateTimeOffset now)
{
    private static readonly string[] TagsOfTheSystem = [CreatorTags.Prefix, "disp-created-by-", "guivm-", "audiovm-", "relayvm-"];

    internal IEnumerable<(Step Step, FilePlace Place)> Steps() =>
    [
        .. file.Labels.SelectMany(Label),
        .. file.Global.SelectMany(wish => Property(null, wish)),
        .. file.Qubes.SelectMany(Qube),
    ];

    private IEnumerable<(Step Step, FilePlace Place)> Label(Wish wish)
    {
        var label = world.Labels.Values.FirstOrDefault(candidate => candidate.Name == wish.Name);
        if (label is not null && !string.Equals(label.Color, wish.Value, StringComparison.OrdinalIgnoreCase))
        {
            yield return (new LabelStep(wish.Name, null), wish.Place);
        }

        if (wish.Value is { } color && !string.Equals(label?.Color, color, StringComparison.OrdinalIgnoreCase))
        {
            yield return (new LabelStep(wish.Name, color), wish.Place);
        }
    }

    private IEnumerable<(Step Step, FilePlace Place)> Qube(QubeWish wish) => (wish, world.Find(wish.Name)) switch
    {
        ({ IsAbsent: true }, null) => [],
        ({ IsAbsent: true }, _) => [(new RemovalStep { Subject = wish.Name }, wish.Place)],
        ({ New: null }, null) => [(new ImpossibleStep("settings", $"No such domain: {PythonText.Repr(wish.Name)}") { Subject = wish.Name }, wish.Place)],
        ({ New: { } made }, null) => [(new CreationStep(made.Class, made.Label, made.Template, []) { Subject = wish.Name }, wish.Place)],
        ({ New: { } made }, { } qube) when made.Class != qube.Class =>
            [(new ImpossibleStep($"created, {made.Class}", $"It is there already, and is of class {qube.ClassName}") { Subject = wish.Name }, wish.Place)],
        (_, { } qube) => Settings(qube, wish),
    };

    private IEnumerable<(Step Step, FilePlace Place)> Settings(Qube qube, QubeWish wish) =>
    [
        .. wish.Properties.SelectMany(property => Property(qube, property)),
        .. wish.Features.Where(feature => qube.Features.Find(feature.Name) != feature.Value)
            .Select(feature => ((Step)new FeatureStep(feature.Name, feature.Value, qube.Features.Find(feature.Name)) { Subject = qube.Name }, feature.Place)),
        .. wish.Tags.Where(tag => qube.Tags.Contains(tag.Name) != tag.Value is not null)
            .Select(tag => ((Step)new TagStep(tag.Name, tag.Value is not null) { Subject = qube.Name }, tag.Place)),
        .. wish.HasAllTags ? OtherTags(qube, wish) : [],
        .. wish.Notes is { Value: { } notes } && notes != qube.Notes
            ? [(new NotesStep(notes, qube.Notes) { Subject = qube.Name }, wish.Notes.Place)]
            : Enumerable.Empty<(Step, FilePlace)>(),
        .. wish.Firewall is { } rules ? Firewall(qube, wish, rules) : [],
    ];

    private static IEnumerable<(Step Step, FilePlace Place)> OtherTags(Qube qube, QubeWish wish) => qube.Tags
        .Where(tag => wish.Tags.All(wanted => wanted.Name != tag) && !TagsOfTheSystem.Any(prefix => tag.StartsWith(prefix, StringComparison.Ordinal)))
        .Select(tag => ((Step)new TagStep(tag, false) { Subject = qube.Name }, wish.Place));

    private IEnumerable<(Step Step, FilePlace Place)> Property(Qube? holder, Wish wish)
    {
        var definition = holder is null ? PropertyCatalog.FindGlobal(wish.Name) : PropertyCatalog.Find(holder.Class, wish.Name);
        var current = definition is null ? null : PropertyValues.Explicit(world, holder, definition);
        var text = wish.Value is null || definition is null ? wish.Value : Accepted(holder, definition, wish.Value);
        var old = current is null ? null : PropertyValues.Show(world, current, "");
        if (definition is null || text != old || (text is null) != (current is null))
        {
            yield return (new PropertyStep(wish.Name, text, old) { Subject = holder?.Name }, wish.Place);
        }
    }

    // The value as it will be kept; as it was written where it is refused, now at least.
    private string Accepted(Qube? holder, PropertyDefinition definition, string text)
    {
        try
        {
            var input = new PropertyInput(world, holder, definition, text);
            var parsed = definition.Parse(input);
            return PropertyValues.Show(world, definition.Accept?.Invoke(input, parsed) ?? parsed, "");
        }
        catch (DomainException)
        {
            return text;
        }
    }

    private IEnumerable<(Step Step, FilePlace Place)> Firewall(Qube qube, QubeWish wish, EquatableArray<Wish> texts)
    {
        var rules = new List<FirewallRule>();
        foreach (var text in texts)
        {
            Step? wrong = null;
            try
            {
                rules.Add(FirewallRuleParser.Parse(text.Name));
            }
            catch (DomainException refusal)
            {
                wrong = new ImpossibleStep($"firewall rule {text.Name}", refusal.Message) { Subject = qube.Name };
            }

            if (wrong is not null)
            {
                yield return (wrong, text.Place);
                yield break;
            }
        }

        var (wanted, current) = (InForce([.. rules]), InForce(qube.Firewall));
        if (wanted != current)
        {
            yield return (new FirewallStep(wanted, current) { Subject = qube.Name }, wish.Place);
        }
    }

    private EquatableArray<FirewallRule> InForce(EquatableArray<FirewallRule>? rules) => Firewalls.InForce(rules, now.ToUnixTimeSeconds()).ToEquatableArray();
}
