namespace Qubes.Cqrs.Benchmarks;

/// <summary>Tells the person at the terminal, on standard error, what is going on.</summary>
public static class Progress
{
    /// <summary>Prints one line.</summary>
    public static void Say(FormattableString line) => Console.Error.WriteLine(FormattableString.Invariant(line));
}
