namespace Qubes.Cqrs.Domain;

/// <summary>What becomes of one kind of feature that a qube asks for; everything that no rule is about is ignored.</summary>
/// <remarks>Source: spec, extensions.md 2.</remarks>
public abstract class RequestRule
{
    /// <summary>Whether it acts before the request is announced.</summary>
    public virtual bool IsEarly => false;

    /// <summary>Whether qubes may ask for it whose system is that of a template.</summary>
    public virtual bool IsForTemplateBased => false;

    /// <summary>Does what the request asks for.</summary>
    /// <param name="draft">The decision.</param>
    /// <param name="qube">The qube as it is before the rule acts.</param>
    /// <param name="requested">The request.</param>
    public abstract void Apply(Draft draft, Qube qube, RequestedFeatures requested);
}
