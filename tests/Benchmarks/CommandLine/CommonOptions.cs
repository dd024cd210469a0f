using System.CommandLine;

namespace Qubes.Cqrs.Benchmarks.CommandLine;

/// <summary>The options that every measuring verb has.</summary>
public sealed class CommonOptions
{
    /// <summary>Where roots are made.</summary>
    public Option<string?> Folder { get; } = new("--dir")
    {
        Description = "Folder for the daemons' roots, on a real disk and open to other accounts; kept, and reused by later runs."
            + " Default: a new folder in /var/tmp, removed at the end.",
    };

    /// <summary>Whether a new folder survives.</summary>
    public Option<bool> Keep { get; } = new("--keep") { Description = "Keep the new folder, with the daemons' logs and output." };

    /// <summary>Where JSON goes.</summary>
    public Option<string?> Json { get; } = new("--json")
    {
        Description = "Print the result as JSON instead of Markdown; with a FILE, write it there and print Markdown.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "FILE",
    };

    /// <summary>Whether a missed goal is a failure.</summary>
    public Option<bool> Check { get; } = new("--check") { Description = "End with 3 if a goal is missed or could not be measured." };

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        verb.Options.Add(Folder);
        verb.Options.Add(Keep);
        verb.Options.Add(Json);
        verb.Options.Add(Check);
    }
}
