using System.Globalization;

namespace Qubes.Cqrs.Cli;

/// <summary>Shows how far long work is, on the last line of a terminal; silent where errors do not go to one.</summary>
/// <param name="what">What is being done.</param>
/// <param name="all">How much there is to do; what is told beyond it counts as a second round.</param>
internal sealed class Progress(string what, long all) : IDisposable
{
    private readonly bool isShown = !Console.IsErrorRedirected;
    private long shown = -1;

    /// <summary>Shows what is done.</summary>
    internal void Show(long done)
    {
        var percent = all <= 0 ? 100 : Math.Min(100, done * 100 / all);
        if (isShown && percent != shown)
        {
            shown = percent;
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{what}: {percent} %"));
        }
    }

    /// <summary>Clears the line.</summary>
    public void Dispose()
    {
        if (isShown && shown >= 0)
        {
            Console.Error.Write("\r\u001b[K");
        }
    }
}
