using System.Globalization;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Shows a plan, asks, and has it carried out by the daemon.</summary>
internal static class PlanView
{
    /// <summary>What a verb says when its plan shows changes, or something that cannot be.</summary>
    internal const int Different = 2;

    /// <summary>How an undertaking ends that was shown only, or not wanted.</summary>
    internal const int NotDone = 1;

    /// <summary>Plans with what only a decision needs left out: who asks is dom0, and nothing is carried out.</summary>
    internal static Plan Make(Func<Caller, StepContext, Plan> plan)
    {
        try
        {
            return plan(new Caller(QubeId.Dom0, TimeProvider.System.GetUtcNow()), new StepContext(Guid.Empty));
        }
        catch (DomainException refusal)
        {
            throw new HistoryException(refusal.Message);
        }
    }

    /// <summary>Shows a plan to a person.</summary>
    internal static void Show(Plan plan, string title)
    {
        Console.WriteLine(Terminal.Printable(title));
        Write("", plan.Steps.Select(step => $"{Sign(step)} {step.Line}"));
        Write("conflicts:", plan.Conflicts.Select(conflict => "! " + conflict));
        Write("cannot be done:", plan.Obstacles.Select(obstacle => $"x {obstacle.Step.Line}\n    {obstacle.Reason}"));
        Write("note:", plan.Notes.Select(note => "* " + note));
        if (plan.Steps.Count == 0)
        {
            Console.WriteLine("  nothing to do");
        }
    }

    /// <summary>Shows a plan to a program.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="position">The position of the last event where it was carried out, else null.</param>
    internal static void ShowJson(Plan plan, long? position) => JsonOutput.Write(json =>
    {
        json.WriteString("digest", plan.Digest);
        json.WriteStartArray("steps");
        foreach (var step in plan.Steps)
        {
            json.WriteStartObject();
            json.WriteString("call", step.Call);
            Write(json, step);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("impossible");
        foreach (var obstacle in plan.Obstacles)
        {
            json.WriteStartObject();
            Write(json, obstacle.Step);
            json.WriteString("reason", obstacle.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStrings("conflicts", plan.Conflicts);
        json.WriteStrings("notes", plan.Notes);
        json.WriteBoolean("done", position is not null);
        if (position is { } last)
        {
            json.WriteNumber("position", last);
        }
    });

    /// <summary>Asks whether a plan is to be carried out; whoever is not at a terminal has to say so beforehand.</summary>
    /// <exception cref="HistoryException">Nobody can be asked.</exception>
    internal static bool IsWanted(bool yes)
    {
        if (yes)
        {
            return true;
        }

        if (Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            throw new HistoryException("nothing was done: say --yes, or --dry-run if the plan is all that you want");
        }

        Console.Write("Do this? [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    /// <summary>The position that the daemon answers with.</summary>
    internal static long Position(byte[] reply) => long.Parse(System.Text.Encoding.ASCII.GetString(reply), CultureInfo.InvariantCulture);

    private static char Sign(Step step) => step switch
    {
        CreationStep or LabelStep { Color: not null } or PoolStep { Pool: not null } or PolicyFileStep { Content: not null, Old: null } => '+',
        RemovalStep or LabelStep or PoolStep or PolicyFileStep { Content: null } => '-',
        _ => '~',
    };

    private static void Write(string title, IEnumerable<string> lines)
    {
        var any = false;
        foreach (var line in lines)
        {
            if (!any && title.Length > 0)
            {
                Console.WriteLine(title);
            }

            any = true;
            Console.WriteLine("  " + string.Join('\n', line.Split('\n').Select(Terminal.Printable)));
        }
    }

    private static void Write(Utf8JsonWriter json, Step step)
    {
        if (step.Subject is { } subject)
        {
            json.WriteString("qube", subject);
        }

        json.WriteString("text", step.Text);
    }
}
