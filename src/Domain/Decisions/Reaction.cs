namespace Qubes.Cqrs.Domain;

/// <summary>What follows from a change, in the same transaction: vetoes before it, consequences after it.</summary>
/// <remarks>Override what the reaction is about and register it in <see cref="Reactions.All"/>: docs/extending.md. A reaction is a pure rule:
/// it reads and writes the draft, and refuses by throwing a <see cref="DomainException"/>. Look at the change before anything else: a hook runs
/// for every change of its kind, so what it is not about must cost nothing.</remarks>
public abstract class Reaction
{
    /// <summary>Before a property is set; the announcement that it is about to be was made.</summary>
    public virtual void BeforePropertySet(Draft draft, PropertyChange change)
    {
    }

    /// <summary>After a property was set, before that is announced.</summary>
    public virtual void AfterPropertySet(Draft draft, PropertyChange change)
    {
    }

    /// <summary>Before a property is reset; the first announcement of it was made.</summary>
    public virtual void BeforePropertyReset(Draft draft, PropertyChange change)
    {
    }

    /// <summary>After a property was reset, before that is announced.</summary>
    public virtual void AfterPropertyReset(Draft draft, PropertyChange change)
    {
    }

    /// <summary>Before a feature is set; the announcement that it is about to be was made.</summary>
    public virtual void BeforeFeatureSet(Draft draft, FeatureChange change)
    {
    }

    /// <summary>After a feature was set, before that is announced.</summary>
    public virtual void AfterFeatureSet(Draft draft, FeatureChange change)
    {
    }

    /// <summary>Before a feature is removed; the announcement that it is about to be was made, and it is there.</summary>
    public virtual void BeforeFeatureRemoved(Draft draft, FeatureChange change)
    {
    }

    /// <summary>After a feature was removed, before that is announced.</summary>
    public virtual void AfterFeatureRemoved(Draft draft, FeatureChange change)
    {
    }

    /// <summary>After a tag was added, before that is announced.</summary>
    public virtual void AfterTagAdded(Draft draft, Qube qube, string tag)
    {
    }

    /// <summary>After a tag was removed, before that is announced.</summary>
    public virtual void AfterTagRemoved(Draft draft, Qube qube, string tag)
    {
    }

    /// <summary>The tags that a new qube has from the start; these are not announced.</summary>
    /// <param name="world">The world with the new qube in it.</param>
    /// <param name="qube">The new qube.</param>
    public virtual IEnumerable<string> FirstTags(World world, Qube qube) => [];

    /// <summary>After a qube was created with its tags and volumes, before it is announced that these are there.</summary>
    public virtual void AfterQubeCreated(Draft draft, Qube qube)
    {
    }

    /// <summary>Before a qube is removed; the announcement that it is about to be was made, and nothing uses it.</summary>
    public virtual void BeforeQubeRemoved(Draft draft, Qube qube)
    {
    }

    /// <summary>After a qube was read from a store that is imported. Clients hear nothing of what follows.</summary>
    public virtual void AfterLoad(Draft draft, Qube qube)
    {
    }

    /// <summary>Before a qube is started; the announcement that it is about to be was made.</summary>
    public virtual void BeforeStart(Draft draft, Qube qube)
    {
    }

    /// <summary>After the domain of a qube was created, when that was announced; it is paused.</summary>
    public virtual void AfterSpawn(Draft draft, Qube qube)
    {
    }

    /// <summary>After a qube was started, before that is announced.</summary>
    public virtual void AfterStart(Draft draft, Qube qube)
    {
    }

    /// <summary>After a paused qube goes on, when that was announced.</summary>
    public virtual void AfterUnpause(Draft draft, Qube qube)
    {
    }

    /// <summary>After a qube was shut down or died, when that was announced, and before <see cref="AfterShutdown"/>.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="qube">The qube.</param>
    /// <param name="ended">The run as it was at its end.</param>
    public virtual void AfterRun(Draft draft, Qube qube, Run ended)
    {
    }

    /// <summary>After a qube was shut down or died, when that was announced.</summary>
    public virtual void AfterShutdown(Draft draft, Qube qube)
    {
    }

    /// <summary>After a start failed, when that was announced; the domain may still be there.</summary>
    public virtual void AfterStartFailed(Draft draft, Qube qube)
    {
    }

    /// <summary>After a disposable that waited became somebody's, before that is announced.</summary>
    public virtual void AfterPreloadUsed(Draft draft, Qube qube)
    {
    }

    /// <summary>Before a qube is shut down; the announcement that it is about to be was made.</summary>
    public virtual void BeforeShutdown(Draft draft, Shutdown shutdown)
    {
    }
}

/// <summary>A property that changes.</summary>
/// <param name="Holder">The qube as it was before; null for the global object.</param>
/// <param name="Property">The property.</param>
/// <param name="New">The new value; null when it is reset.</param>
/// <param name="Old">The value in force before; null when there was none to read.</param>
public sealed record PropertyChange(Qube? Holder, PropertyDefinition Property, PropertyValue? New, PropertyValue? Old)
{
    /// <summary>The property's name.</summary>
    public string Name => Property.Name;

    /// <summary>Whether it is the property <paramref name="name"/> of a qube.</summary>
    public bool IsOfQube(string name) => Holder is not null && Property.Name == name;

    /// <summary>Whether it is the global property <paramref name="name"/>.</summary>
    public bool IsGlobal(string name) => Holder is null && Property.Name == name;
}

/// <summary>A feature that changes.</summary>
/// <param name="Qube">The qube as it was before.</param>
/// <param name="Feature">The feature.</param>
/// <param name="New">The new value; null when it is removed.</param>
/// <param name="Old">The value before; null when it was not set.</param>
public sealed record FeatureChange(Qube Qube, string Feature, string? New, string? Old);
