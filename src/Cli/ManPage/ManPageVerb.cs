using System.CommandLine;

namespace Qubes.Cqrs.Cli;

/// <summary><c>man-page</c>: prints the manual page; for the build, so not shown in the help.</summary>
internal static class ManPageVerb
{
    internal static Command Create(Func<RootCommand> whole)
    {
        var verb = new Command("man-page", "Print the manual page, qubes-history(1).") { Hidden = true };
        verb.SetAction(_ => Console.Out.Write(ManPage.Of(whole())));
        return verb;
    }
}
