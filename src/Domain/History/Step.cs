namespace Qubes.Cqrs.Domain;

/// <summary>One step of a plan: a change of one setting, which names what it is about and so can be shown, compared and carried out later.</summary>
/// <remarks>A step is carried out by the rules of the Admin API's own calls, so that whatever reacts to such a change reacts to it as well.</remarks>
public abstract record Step
{
    /// <summary>The qube that it is about, by name; null for the system.</summary>
    public string? Subject { get; init; }

    /// <summary>The setting: two steps about one setting have the same key.</summary>
    public abstract string Key { get; }

    /// <summary>The call of the Admin API that does the same.</summary>
    public abstract string Call { get; }

    /// <summary>What it does, on one line, without the subject. May hold whatever qubes and users wrote.</summary>
    public abstract string Text { get; }

    /// <summary>What it does, with the subject.</summary>
    public string Line => Subject is null ? Text : $"{Subject}: {Text}";

    /// <summary>Whether there is nothing to do, because another step brought it about.</summary>
    public virtual bool IsDone(World world) => false;

    /// <summary>Carries it out.</summary>
    /// <exception cref="DomainException">A rule refuses it.</exception>
    public abstract void CarryOut(Draft draft, StepContext context);

    /// <summary>The qube that it is about, as it is now.</summary>
    /// <exception cref="QubeNotFoundException">It is not there.</exception>
    protected Qube Holder(World world) => world.Find(Subject!) ?? throw new QubeNotFoundException(Subject!); // of a qube

    /// <summary>A value as a line shows it.</summary>
    protected static string Show(string? value) => value switch
    {
        null => "its default",
        "" => "''",
        _ => value,
    };
}
