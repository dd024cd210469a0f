namespace Qubes.Cqrs.Domain;

/// <summary>A word that stands for qubes.</summary>
/// <param name="Kind">What kind of word it is.</param>
/// <param name="Value">The name, tag, class or UUID; empty for words without one.</param>
/// <param name="Text">The word as a message shows it.</param>
public sealed record PolicyToken(PolicyTokenKind Kind, string Value, string Text)
{
    /// <summary>The form in which it stands in answers: dom0 by its name.</summary>
    public override string ToString() => Text;
}
