using System.Security.Cryptography;
using System.Text;

namespace Qubes.Cqrs.Domain;

/// <summary>What is to be done, in order, and what cannot be done.</summary>
/// <param name="Steps">The steps, in an order in which every rule accepts them.</param>
/// <param name="Obstacles">What was wanted and no rule allows, or none brings about.</param>
/// <param name="Conflicts">What was changed again since, so that taking it back would undo more than was asked for.</param>
/// <param name="Notes">What comes back in another form: empty volumes, other numbers.</param>
/// <param name="After">The state after the steps.</param>
public sealed record Plan(
    EquatableArray<Step> Steps, EquatableArray<Obstacle> Obstacles, EquatableArray<string> Conflicts, EquatableArray<string> Notes, World After)
{
    /// <summary>What is said when a plan is not the one that was shown.</summary>
    public const string Stale = "The system has changed meanwhile: look at the plan again";

    /// <summary>Whether there is nothing to do and nothing to tell.</summary>
    public bool IsEmpty => Steps.Count == 0 && Obstacles.Count == 0 && Conflicts.Count == 0;

    /// <summary>Names the plan: another one on another state has another digest. Lower-case hexadecimal.</summary>
    public string Digest
    {
        get
        {
            var text = string.Join('\n', Steps.Select(step => $"do {step.Call} {step.Line}")
                .Concat(Obstacles.Select(obstacle => $"cannot {obstacle.Step.Line}: {obstacle.Reason}"))
                .Concat(Conflicts.Select(conflict => "conflict " + conflict))
                .Concat(Notes.Select(note => "note " + note)));
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
        }
    }

    /// <summary>Carries all steps out.</summary>
    /// <exception cref="DomainException">A rule refuses one: then nothing is done.</exception>
    public void CarryOut(Draft draft, StepContext context)
    {
        foreach (var step in Steps)
        {
            step.CarryOut(draft, context);
        }
    }
}

/// <summary>Something that was wanted and cannot be.</summary>
/// <param name="Step">What was wanted.</param>
/// <param name="Reason">Why it cannot be: mostly the refusal of a rule.</param>
public sealed record Obstacle(Step Step, string Reason);
