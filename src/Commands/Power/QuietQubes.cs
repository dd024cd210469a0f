using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Qubes to which something is just being done that shows in what their domains do: who looks at them meanwhile draws no conclusions.</summary>
internal sealed class QuietQubes
{
    private readonly Lock gate = new();
    private readonly Dictionary<QubeId, int> quiet = [];

    /// <summary>Whether nobody is to draw conclusions.</summary>
    internal bool Contains(QubeId qube)
    {
        lock (gate)
        {
            return quiet.ContainsKey(qube);
        }
    }

    /// <summary>Asks for quiet until what is returned is disposed.</summary>
    internal IDisposable Enter(QubeId qube)
    {
        lock (gate)
        {
            quiet[qube] = quiet.GetValueOrDefault(qube) + 1;
        }

        return new Exit(this, qube);
    }

    private void Leave(QubeId qube)
    {
        lock (gate)
        {
            if (--quiet[qube] == 0)
            {
                quiet.Remove(qube);
            }
        }
    }

    private sealed class Exit(QuietQubes quiet, QubeId qube) : IDisposable
    {
        private int done;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref done, 1) == 0)
            {
                quiet.Leave(qube);
            }
        }
    }
}
