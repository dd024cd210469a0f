namespace Qubes.Cqrs.Domain;

/// <summary>Gives a property a value, or its default back.</summary>
/// <param name="Property">The property.</param>
/// <param name="Value">The value as a client writes it, qubes and labels by name; null resets it.</param>
/// <param name="Old">The value before; null for the default.</param>
public sealed record PropertyStep(string Property, string? Value, string? Old) : Step
{
    /// <summary>The value itself, where no text gives it: none, of a property that is neither a qube nor a label.</summary>
    public PropertyValue? Exact { get; init; }

    /// <inheritdoc/>
    public override string Key => $"property {Subject} {Property}";

    /// <inheritdoc/>
    public override string Call => $"admin.{(Subject is null ? "" : "vm.")}property.{(Value is null && Exact is null ? "Reset" : "Set")}";

    /// <inheritdoc/>
    public override string Text => Value is null && Exact is null
        ? $"{Property} back to its default (now {Show(Old)})"
        : $"{Property} = {(Exact is null ? Show(Value) : "none")} (now {Show(Old)})";

    /// <inheritdoc/>
    public override bool IsDone(World world)
    {
        var holder = Subject is null ? null : world.Find(Subject);
        if ((Subject is not null && holder is null) || Definition(holder) is not { } definition)
        {
            return false;
        }

        var current = PropertyValues.Explicit(world, holder, definition);
        return (Exact ?? (object?)Value) switch
        {
            null => current is null,
            PropertyValue exact => current == exact,
            _ => current is not null && PropertyValues.Show(world, current, "") == Value,
        };
    }

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        var holder = Subject is null ? null : Holder(draft.World);
        if (Exact is { } exact)
        {
            Properties.Set(draft, holder, PropertyCatalog.Get(holder, Property), exact);
        }
        else if (Value is null)
        {
            Properties.Reset(draft, holder?.Id, Property);
        }
        else
        {
            Properties.Set(draft, holder?.Id, Property, Value);
        }
    }

    private PropertyDefinition? Definition(Qube? holder) =>
        holder is null ? PropertyCatalog.FindGlobal(Property) : PropertyCatalog.Find(holder.Class, Property);
}

/// <summary>Sets or removes a feature.</summary>
/// <param name="Feature">The feature.</param>
/// <param name="Value">The value; null removes it.</param>
/// <param name="Old">The value before; null when it was not set.</param>
public sealed record FeatureStep(string Feature, string? Value, string? Old) : Step
{
    /// <inheritdoc/>
    public override string Key => $"feature {Subject} {Feature}";

    /// <inheritdoc/>
    public override string Call => Value is null ? "admin.vm.feature.Remove" : "admin.vm.feature.Set";

    /// <inheritdoc/>
    public override string Text => (Value, Old) switch
    {
        (null, _) => $"feature {Feature} removed (now {Show(Old)})",
        (_, null) => $"feature {Feature} = {Show(Value)} (not set now)",
        _ => $"feature {Feature} = {Show(Value)} (now {Show(Old)})",
    };

    /// <inheritdoc/>
    public override bool IsDone(World world) => world.Find(Subject!) is { } qube && qube.Features.Find(Feature) == Value; // of a qube

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        var qube = Holder(draft.World);
        if (Value is null)
        {
            Features.Remove(draft, qube.Id, Feature);
            return;
        }

        Features.Check(Feature, Value);
        Features.Set(draft, qube.Id, Feature, Value);
    }
}

/// <summary>Adds or removes a tag.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="IsSet">Whether it is to be there.</param>
public sealed record TagStep(string Tag, bool IsSet) : Step
{
    /// <inheritdoc/>
    public override string Key => $"tag {Subject} {Tag}";

    /// <inheritdoc/>
    public override string Call => IsSet ? "admin.vm.tag.Set" : "admin.vm.tag.Remove";

    /// <inheritdoc/>
    public override string Text => $"tag {Tag} {(IsSet ? "added" : "removed")}";

    /// <inheritdoc/>
    public override bool IsDone(World world) => world.Find(Subject!) is { } qube && qube.Tags.Contains(Tag) == IsSet; // of a qube

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        var qube = Holder(draft.World);
        if (IsSet)
        {
            Tags.Check(Tag);
            Tags.Add(draft, qube.Id, Tag);
        }
        else
        {
            Tags.Remove(draft, qube.Id, Tag);
        }
    }
}

/// <summary>Replaces the notes about a qube.</summary>
/// <param name="Notes">The text.</param>
/// <param name="Old">The text before.</param>
public sealed record NotesStep(string Notes, string Old) : Step
{
    /// <inheritdoc/>
    public override string Key => $"notes {Subject}";

    /// <inheritdoc/>
    public override string Call => "admin.vm.notes.Set";

    /// <inheritdoc/>
    public override string Text => $"notes of {Length(Notes)} (now {Length(Old)}, another text)";

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context) => Domain.Notes.Set(draft, Holder(draft.World).Id, Notes);

    private static string Length(string text) => FormattableString.Invariant($"{text.Length} characters");
}

/// <summary>Replaces the rules of a qube's firewall.</summary>
/// <param name="Rules">The rules.</param>
/// <param name="Old">The rules before.</param>
public sealed record FirewallStep(EquatableArray<FirewallRule> Rules, EquatableArray<FirewallRule> Old) : Step
{
    private const int MostShown = 5;

    /// <inheritdoc/>
    public override string Key => $"firewall {Subject}";

    /// <inheritdoc/>
    public override string Call => "admin.vm.firewall.Set";

    /// <inheritdoc/>
    public override string Text => $"firewall = {Show(Rules)} (now {Show(Old)})";

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context) => Firewalls.Set(draft, Holder(draft.World).Id, Rules);

    private static string Show(EquatableArray<FirewallRule> rules) => rules.Count switch
    {
        0 => "no rules",
        <= MostShown => string.Join("; ", rules.Select(FirewallRuleText.ToApi)),
        _ => FormattableString.Invariant($"{rules.Count} rules beginning with {FirewallRuleText.ToApi(rules[0])}"),
    };
}
