namespace Qubes.Cqrs.Api;

/// <summary>Counts the questions that users think about, so that no qube can put endless ones, or keep the others from asking.</summary>
/// <param name="mostOfOne">How many one caller may have open.</param>
/// <param name="most">How many all may have open.</param>
internal sealed class OpenQuestions(int mostOfOne, int most)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, int> open = new(StringComparer.Ordinal);
    private int all;

    /// <summary>Begins a question; it never waits.</summary>
    /// <param name="source">Who asks.</param>
    /// <returns>Whether there was room; then <see cref="Leave"/> has to follow.</returns>
    internal bool TryEnter(string source)
    {
        lock (gate)
        {
            var own = open.GetValueOrDefault(source);
            if (own >= mostOfOne || all >= most)
            {
                return false;
            }

            open[source] = own + 1;
            all++;
            return true;
        }
    }

    /// <summary>Ends a question.</summary>
    internal void Leave(string source)
    {
        lock (gate)
        {
            all--;
            if (--open[source] == 0)
            {
                open.Remove(source);
            }
        }
    }
}
