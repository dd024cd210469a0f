using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary>Writes the history as a Git repository: a commit for each request that changed the configuration.</summary>
/// <remarks>Through <c>git fast-import</c>, a child process without a shell, without any configuration of the user's or the system's.</remarks>
internal sealed class GitExport : IAsyncDisposable
{
    private const int MostNamed = 50;
    private readonly Process process;
    private readonly Stream output;
    private readonly Task<string> complaints;
    private readonly string folder;
    private World shown = World.Empty;
    private bool isDone;

    private GitExport(string folder, Process process)
    {
        (this.folder, this.process) = (folder, process);
        output = process.StandardInput.BaseStream;
        complaints = process.StandardError.ReadToEndAsync();
    }

    /// <summary>How many commits there are.</summary>
    internal int Commits { get; private set; }

    /// <summary>Begins a repository in a folder that is empty or not there.</summary>
    /// <exception cref="HistoryException">The folder holds something, or there is no git.</exception>
    internal static async Task<GitExport> BeginAsync(string folder, CancellationToken ct)
    {
        var path = Path.GetFullPath(folder);
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
        {
            throw new HistoryException($"{folder} is there already: name a new folder for the repository");
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await RunAsync(path, ct, "init", "--quiet", "--template=", "--initial-branch=main").ConfigureAwait(false);
        return new GitExport(path, Start(path, "fast-import", "--quiet", "--done", "--date-format=raw"));
    }

    /// <summary>Adds what the events of one request changed; nothing when no file is other than before.</summary>
    internal async Task AddAsync(World after, IReadOnlyList<ExportedEvent> events, CancellationToken ct)
    {
        var changes = Changes(after).ToList();
        shown = after;
        if (changes.Count == 0)
        {
            return;
        }

        var first = events[0].Recorded;
        var who = Person(first.Metadata?.Source ?? "erased");
        var when = first.Time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + " +0000";
        await WriteAsync($"commit refs/heads/main\nauthor {who} {when}\ncommitter {who} {when}\n", ct).ConfigureAwait(false);
        await WriteDataAsync(Encoding.UTF8.GetBytes(Message(events)), ct).ConfigureAwait(false);
        foreach (var (path, content) in changes)
        {
            if (content is { } bytes)
            {
                await WriteAsync($"M 100644 inline {Quote(path)}\n", ct).ConfigureAwait(false);
                await WriteDataAsync(bytes, ct).ConfigureAwait(false);
            }
            else
            {
                await WriteAsync($"D {Quote(path)}\n", ct).ConfigureAwait(false);
            }
        }

        await WriteAsync("\n", ct).ConfigureAwait(false);
        Commits++;
    }

    /// <summary>Ends the repository and shows the newest state in its folder.</summary>
    internal async Task EndAsync(CancellationToken ct)
    {
        await WriteAsync("done\n", ct).ConfigureAwait(false);
        output.Close();
        isDone = true;
        await process.WaitForExitAsync(ct).ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new HistoryException($"git fast-import failed: {Terminal.Printable((await complaints.ConfigureAwait(false)).Trim())}");
        }

        if (Commits > 0)
        {
            await RunAsync(folder, ct, "reset", "--quiet", "--hard", "main").ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!isDone && !process.HasExited)
        {
            process.Kill();
        }

        await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        process.Dispose();
    }

    private IEnumerable<(string Path, ReadOnlyMemory<byte>? Content)> Changes(World after)
    {
        if (!ReferenceEquals(after.Qubes, shown.Qubes) || !ReferenceEquals(after.Properties, shown.Properties) ||
            !ReferenceEquals(after.Labels, shown.Labels) || after.Pools != shown.Pools || after.Host != shown.Host)
        {
            var store = QubesXmlWriter.Write(after);
            if (!store.AsSpan().SequenceEqual(shown == World.Empty ? [] : QubesXmlWriter.Write(shown)))
            {
                yield return ("qubes.xml", store);
            }
        }

        foreach (var change in PolicyChanges(after))
        {
            yield return change;
        }

        if (ReferenceEquals(after.Qubes, shown.Qubes))
        {
            yield break;
        }

        foreach (var gone in shown.Qubes.Values.Where(qube => after.Find(qube.Id) is null))
        {
            foreach (var (path, _) in FilesOf(gone))
            {
                yield return (path, null);
            }
        }

        foreach (var qube in after.Qubes.Values)
        {
            var before = shown.Find(qube.Id);
            if (ReferenceEquals(qube, before))
            {
                continue;
            }

            var (now, earlier) = (FilesOf(qube).ToList(), before is null ? [] : FilesOf(before).ToList());
            foreach (var (path, _) in earlier.Where(file => now.All(other => other.Path != file.Path)))
            {
                yield return (path, null);
            }

            foreach (var (path, content) in now.Where(file => !earlier.Any(other => other.Path == file.Path && other.Content.Span.SequenceEqual(file.Content.Span))))
            {
                yield return (path, content);
            }
        }
    }

    // As they lie on the disk, but for what Git keeps to itself.
    private IEnumerable<(string Path, ReadOnlyMemory<byte>? Content)> PolicyChanges(World after) =>
        from change in PolicyKnowledge.Difference(shown.Policy, after.Policy)
        where !change.Path.Split('/').Contains(".git", StringComparer.OrdinalIgnoreCase)
        let isFile = change is { Kind: PolicyFileKind.File, Fault: null }
        where isFile || shown.Policy.Entries.GetValueOrDefault(change.Path) is { IsFile: true, Fault: null }
        select (change.Path[1..], isFile ? Encoding.UTF8.GetBytes(change.Text) : (ReadOnlyMemory<byte>?)null);

    private static IEnumerable<(string Path, ReadOnlyMemory<byte> Content)> FilesOf(Qube qube)
    {
        foreach (var kind in QubeFiles.Kinds)
        {
            if (QubeFiles.PathOf(qube, kind) is { } path && QubeFiles.Content(qube, kind) is { } content)
            {
                yield return (path[(QubeFolders.DefaultBase.Length + 1)..], content);
            }
        }
    }

    private static string Message(IReadOnlyList<ExportedEvent> events)
    {
        var metadata = events[0].Recorded.Metadata;
        var text = new StringBuilder(metadata is null
            ? "(erased)"
            : $"{metadata.Method}{(metadata.Argument.Length > 0 ? "+" + metadata.Argument : "")}{(metadata.Destination.Length > 0 ? " " + metadata.Destination : "")}");
        text.Append(CultureInfo.InvariantCulture, $"\n\nPositions {events[0].Recorded.Position} to {events[^1].Recorded.Position}\n");
        foreach (var exported in events.Take(MostNamed))
        {
            text.Append(CultureInfo.InvariantCulture, $"{exported.Recorded.Type} {exported.Subject}: {exported.Summary}\n");
        }

        return Terminal.Printable(text.ToString()).Replace("\\n", "\n", StringComparison.Ordinal);
    }

    private static string Person(string name)
    {
        var plain = new string([.. name.Where(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '@' or '.')]);
        return $"{(plain.Length == 0 ? "unknown" : plain)} <{(plain.Length == 0 ? "unknown" : plain)}@qubes>";
    }

    private static string Quote(string path)
    {
        var quoted = new StringBuilder("\"");
        foreach (var octet in Encoding.UTF8.GetBytes(path))
        {
            quoted.Append(octet is (byte)'"' or (byte)'\\' or < 0x20 or > 0x7e
                ? "\\" + Convert.ToString(octet, 8).PadLeft(3, '0')
                : ((char)octet).ToString());
        }

        return quoted.Append('"').ToString();
    }

    private async Task WriteDataAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        await WriteAsync(string.Create(CultureInfo.InvariantCulture, $"data {bytes.Length}\n"), ct).ConfigureAwait(false);
        await SendAsync(bytes, ct).ConfigureAwait(false);
        await WriteAsync("\n", ct).ConfigureAwait(false);
    }

    private Task WriteAsync(string text, CancellationToken ct) => SendAsync(Encoding.UTF8.GetBytes(text), ct);

    private async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct)
    {
        try
        {
            await output.WriteAsync(bytes, ct).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw new HistoryException($"git fast-import ended too early: {Terminal.Printable((await complaints.ConfigureAwait(false)).Trim())}");
        }
    }

    private static async Task RunAsync(string folder, CancellationToken ct, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        process.StandardInput.Close();
        var complaints = await process.StandardError.ReadToEndAsync(ct).ConfigureAwait(false);
        await process.WaitForExitAsync(ct).ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new HistoryException($"git {arguments[0]} failed: {Terminal.Printable(complaints.Trim())}");
        }
    }

    private static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("GIT_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CEILING_DIRECTORIES"] = Path.GetDirectoryName(folder);
        try
        {
            return Process.Start(start) ?? throw new HistoryException("git cannot be run");
        }
        catch (Win32Exception)
        {
            throw new HistoryException("there is no git on this machine: install it, or export another format");
        }
    }
}
