using System.CommandLine;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Cli;

/// <summary>The options of verbs that change something, and what is done with a plan: shown, asked about, carried out.</summary>
internal sealed class Undertaking
{
    private readonly Option<bool> yes = new("--yes", "-y") { Description = "Do it without asking." };
    private readonly Option<bool> dryRun = new("--dry-run") { Description = "Show the plan, and do nothing; 2 when there is something to do." };
    private readonly Option<bool> json = new("--json") { Description = "As JSON." };

    /// <summary>Adds the options to a verb.</summary>
    internal void AddTo(Command verb)
    {
        verb.Add(yes);
        verb.Add(dryRun);
        verb.Add(json);
    }

    /// <summary>Shows the plan and, when it is wanted, has it carried out.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="send">Sends it to the daemon, with its digest; gives what the daemon answers.</param>
    /// <returns>The exit code.</returns>
    internal async Task<int> RunAsync(ParseResult parsed, Plan plan, string title, Func<string, Task<byte[]>> send)
    {
        var asJson = parsed.GetValue(json);
        if (!asJson)
        {
            PlanView.Show(plan, title);
        }

        if (plan.Steps.Count == 0 || parsed.GetValue(dryRun))
        {
            if (asJson)
            {
                PlanView.ShowJson(plan, null);
            }

            return plan.IsEmpty ? 0 : PlanView.Different;
        }

        if (!PlanView.IsWanted(parsed.GetValue(yes)))
        {
            Console.WriteLine("nothing was done");
            return PlanView.NotDone;
        }

        var position = PlanView.Position(await send(plan.Digest).ConfigureAwait(false));
        if (asJson)
        {
            PlanView.ShowJson(plan, position);
        }
        else
        {
            Console.WriteLine(FormattableString.Invariant($"done: the log is at position {position}"));
        }

        return 0;
    }
}
