using System.Diagnostics;
using System.Text;

namespace Qubes.Cqrs.Cli;

/// <summary>Where a verb writes what may be long: through a pager on a terminal, else to standard output.</summary>
internal sealed class Pager : IAsyncDisposable
{
    private const int NarrowestLine = 40;
    private const int Buffer = 1 << 14;
    private readonly Process? process;

    private Pager(Process? process)
    {
        this.process = process;
        Output = process is null ? StandardOutput.Open() : new StreamWriter(process.StandardInput.BaseStream, new UTF8Encoding(false), Buffer) { NewLine = "\n" };
        IsTerminal = !Console.IsOutputRedirected;
        Width = IsTerminal ? Math.Max(NarrowestLine, Console.WindowWidth) : 80;
    }

    /// <summary>Where to write. Writing fails with an <see cref="IOException"/> when the reader has seen enough.</summary>
    internal StreamWriter Output { get; }

    /// <summary>Whether a person looks at it.</summary>
    internal bool IsTerminal { get; }

    /// <summary>Whether a pager takes as much as there is.</summary>
    internal bool IsPaged => process is not null;

    /// <summary>Whether colours are wanted.</summary>
    internal bool HasColours => IsTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "" && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>How many characters fit into a line.</summary>
    internal int Width { get; }

    /// <summary>Starts <c>$PAGER</c>, else <c>less</c>, when that is wanted and possible.</summary>
    internal static Pager Open(bool isWanted) => new(isWanted && !Console.IsOutputRedirected ? Start() : null);

    /// <summary>Writes, and ends in silence when the reader has seen enough.</summary>
    internal static async Task WriteAsync(bool isPaged, Func<Pager, Task> write)
    {
        await using var pager = Open(isPaged);
        try
        {
            await write(pager).ConfigureAwait(false);
            pager.Flush();
        }
        catch (IOException)
        {
            // The reader has gone.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Close();
        if (process is not null)
        {
            await process.WaitForExitAsync().ConfigureAwait(false);
            process.Dispose();
        }
    }

    // On the calling thread, which waits all the same: going on in another one has to be compiled at each start.
    private void Flush() => Output.Flush();

    private void Close()
    {
        try
        {
            Output.Dispose();
        }
        catch (IOException)
        {
            // The reader has gone.
        }
    }

    private static Process? Start()
    {
        string[] command = Environment.GetEnvironmentVariable("PAGER")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? ["less", "-FRX"];
        if (command.Length == 0 || command[0] == "cat" || Find(command[0]) is not { } program)
        {
            return null;
        }

        var start = new ProcessStartInfo(program, command[1..]) { RedirectStandardInput = true };
        start.Environment.TryAdd("LESS", "FRX");
        start.Environment.TryAdd("LESSCHARSET", "utf-8");
        return Process.Start(start);
    }

    private static string? Find(string program) => program.Contains('/', StringComparison.Ordinal)
        ? (File.Exists(program) ? program : null)
        : Environment.GetEnvironmentVariable("PATH")?.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
