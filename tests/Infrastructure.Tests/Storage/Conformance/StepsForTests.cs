using Qubes.Cqrs.Commands;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Lets every step pass.</summary>
public sealed class NoSteps : IStorageSteps
{
    public static readonly NoSteps Instance = new();

    public void Before(string what)
    {
    }
}

/// <summary>Ends the work at the n-th step, as a kill of the process would: nothing that follows is done.</summary>
public sealed class StopAtStep(int step) : IStorageSteps
{
    private readonly List<string> seen = [];

    /// <summary>The steps that were reached.</summary>
    public IReadOnlyList<string> Seen => seen;

    public void Before(string what)
    {
        seen.Add(what);
        if (seen.Count >= step)
        {
            throw new EndOfProcessException(what);
        }
    }
}

/// <summary>The process ended here. No code of a driver catches it.</summary>
public sealed class EndOfProcessException(string step) : Exception(step);
