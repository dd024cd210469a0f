using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>Makes a label, or removes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Color">Its colour, <c>0xRRGGBB</c>; null removes it.</param>
public sealed record LabelStep(string Name, string? Color) : Step
{
    /// <inheritdoc/>
    public override string Key => $"label {(Color is null ? "-" : "+")}{Name}";

    /// <inheritdoc/>
    public override string Call => Color is null ? "admin.label.Remove" : "admin.label.Create";

    /// <inheritdoc/>
    public override string Text => Color is null ? $"label {Name} removed" : $"label {Name} made, {Color}";

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        if (Color is null)
        {
            Labels.Remove(draft, Name);
            return;
        }

        Labels.CheckNewName(Name);
        Labels.Create(draft, Name, Labels.CheckColor(Color));
    }
}

/// <summary>Registers a storage pool, or takes it out of the register; its data stays where it is.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pool">The pool; null removes it.</param>
public sealed record PoolStep(string Name, Pool? Pool) : Step
{
    /// <inheritdoc/>
    public override string Key => $"pool {(Pool is null ? "-" : "+")}{Name}";

    /// <inheritdoc/>
    public override string Call => Pool is null ? "admin.pool.Remove" : "admin.pool.Add";

    /// <inheritdoc/>
    public override string Text => Pool is null ? $"pool {Name} removed from the register" : $"pool {Name} registered, {Pool.Driver}";

    /// <summary>The pool that is to be set up; null when none is.</summary>
    /// <exception cref="DomainException">There is no such driver any more, or it does not take the options.</exception>
    public NewPool? Design() => Pool is null
        ? null
        : PoolDesign.Make(
            Name,
            PoolDrivers.Find(Pool.Driver) ?? throw new RefusedException($"There is no storage driver {Pool.Driver}"),
            Pool.Config.Where(entry => entry.Name is not ("name" or "driver")).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal));

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        if (Design() is { } design)
        {
            Pools.Add(draft, design, context.SetupOf(Name));
        }
        else
        {
            Pools.Remove(draft, Name);
        }
    }
}

/// <summary>Changes a setting of a storage pool.</summary>
/// <param name="Name">The pool.</param>
/// <param name="Option">Its setting: <c>revisions_to_keep</c> or <c>ephemeral_volatile</c>.</param>
/// <param name="Value">The value.</param>
/// <param name="Old">The value before.</param>
public sealed record PoolOptionStep(string Name, string Option, string Value, string Old) : Step
{
    /// <inheritdoc/>
    public override string Key => $"pool {Name} {Option}";

    /// <inheritdoc/>
    public override string Call => $"admin.pool.Set.{Option}";

    /// <inheritdoc/>
    public override string Text => $"pool {Name}: {Option} = {Show(Value)} (now {Show(Old)})";

    /// <inheritdoc/>
    public override void CarryOut(Draft draft, StepContext context)
    {
        var value = Encoding.ASCII.GetBytes(Value);
        switch (Option)
        {
            case PoolDrivers.Revisions:
                Pools.SetRevisions(draft, Name, value);
                break;
            case PoolDrivers.Ephemeral:
                Pools.SetEphemeral(draft, Name, value);
                break;
            default:
                throw new RefusedException($"The setting {Option} of a pool cannot be changed");
        }
    }
}
