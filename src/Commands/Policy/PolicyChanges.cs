using System.Text;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>Shows and changes the files of the policy for the calls <c>policy.*</c>.</summary>
/// <remarks>
/// The files on the disk are what counts. A change is recorded when its content lies safely beside its place: so a log that cannot be written leaves
/// everything as it was, and a crash leaves the old file or the new one, whole. Order of the checks and texts: spec, policy 5.
/// </remarks>
/// <param name="disk">The files.</param>
/// <param name="writer">Changes them.</param>
/// <param name="locations">Where the policy lies.</param>
/// <param name="record">Records a change.</param>
public sealed class PolicyChanges(IPolicySource disk, IPolicyWriter writer, PolicyLocations locations, PolicyRecorder record)
{
    /// <summary>How whoever follows the log changes files, one at a time with the calls.</summary>
    public PolicyFileGate Gate => new(LockAsync, BringToDiskAsync);

    /// <summary>Records changes through the commands for them.</summary>
    public static PolicyRecorder RecordingThrough(Dispatcher dispatcher) => async (path, text, call, ct) =>
        await dispatcher.SendAsync(text is null ? new RemovePolicyFile(path) : new SetPolicyFile(path, text), call, ct).ConfigureAwait(false);

    /// <summary>The names of the files in a folder, in order.</summary>
    public IReadOnlyList<string> List(PolicyFolder folder)
    {
        var names = disk.List(folder.Path) ?? throw new DirectoryNotFoundException($"there is no {folder.Path}");
        return [.. names.Select(name => folder.Path + "/" + name).Where(path => disk.Find(path).IsFile).Select(folder.NameOf).OfType<string>().Order(StringComparer.Ordinal)];
    }

    /// <summary>What a file holds, and the token that stands for it.</summary>
    /// <exception cref="DomainException">There is no such file, or there cannot be one.</exception>
    public (string Token, byte[] Content) Get(PolicyFolder folder, string untrustedName)
    {
        RequireFolder();
        var path = Locate(folder, untrustedName);
        var content = ContentOf(path) ?? throw new PolicyFileNotFoundException(path);
        return (PolicyFileToken.Of(content), content);
    }

    /// <summary>The files that hold rules for a service, in the order of the rules: named as calls name them, or by their paths.</summary>
    /// <exception cref="InvalidPolicyCallException">No service has that name.</exception>
    /// <exception cref="PolicyException">The policy cannot be used.</exception>
    public IReadOnlyList<string> FilesWithRulesFor(string untrustedService)
    {
        PolicyServices.Check(untrustedService);
        var files = new List<string>();
        foreach (var rule in PolicyLoader.Load(disk, locations).Rules.Of(untrustedService))
        {
            if (files.Count == 0 || files[^1] != rule.File)
            {
                files.Add(rule.File);
            }
        }

        return [.. files.Select(file => PolicyFolder.Main.NameOf(file) ?? PolicyFolder.Includes.NameOf(file) ?? file).Distinct()];
    }

    /// <summary>Replaces a file, or makes it, if it still is what the token stands for and the policy can be used then.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="untrustedName">The name of the file.</param>
    /// <param name="untrustedPayload">A token, a line feed, the new content.</param>
    /// <param name="call">The call.</param>
    /// <param name="ct">Ends the waiting for others.</param>
    /// <exception cref="DomainException">It is refused: nothing was changed.</exception>
    public async Task ReplaceAsync(PolicyFolder folder, string untrustedName, ReadOnlyMemory<byte> untrustedPayload, Call call, CancellationToken ct)
    {
        using var alone = await writer.LockAsync(ct).ConfigureAwait(false);
        var path = Locate(folder, untrustedName);
        var end = untrustedPayload.Span.IndexOf((byte)'\n');
        if (end < 0)
        {
            throw new InvalidPolicyCallException("Payload needs to include first line with token");
        }

        var content = ContentOf(path);
        CheckToken(untrustedPayload.Span[..end], content);
        var text = TextOf(untrustedPayload.Span[(end + 1)..]);
        Validate(path, text, isNew: content is null);
        using var replacement = writer.Prepare(path, Encoding.UTF8.GetBytes(text));
        await record(path, text, call, CancellationToken.None).ConfigureAwait(false); // recorded is done: nobody may hang up between
        replacement.Complete();
    }

    /// <summary>Removes a file, if it still is what the token stands for and the policy can be used without it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="untrustedName">The name of the file.</param>
    /// <param name="untrustedToken">The token.</param>
    /// <param name="call">The call.</param>
    /// <param name="ct">Ends the waiting for others.</param>
    /// <exception cref="DomainException">It is refused: nothing was changed.</exception>
    public async Task RemoveAsync(PolicyFolder folder, string untrustedName, ReadOnlyMemory<byte> untrustedToken, Call call, CancellationToken ct)
    {
        using var alone = await writer.LockAsync(ct).ConfigureAwait(false);
        var path = Locate(folder, untrustedName);
        var content = ContentOf(path);
        CheckToken(untrustedToken.Span, content);
        if (content is null)
        {
            throw new PolicyFileNotFoundException(path);
        }

        Validate(path, null, isNew: false);
        await record(path, null, call, CancellationToken.None).ConfigureAwait(false);
        writer.Remove(path);
    }

    /// <summary>Lets a file of the disk be what the log says that it is to be, after a change that did not come through the calls.</summary>
    /// <param name="path">The file.</param>
    /// <param name="wanted">What the log says when no other change is under way any more: the whole text, or null for no file.</param>
    /// <param name="ct">Ends the waiting for others.</param>
    public async Task BringToDiskAsync(string path, Func<string?> wanted, CancellationToken ct)
    {
        using var alone = await writer.LockAsync(ct).ConfigureAwait(false);
        var real = writer.Resolve(path);
        var content = ContentOf(real);
        if (wanted() is not { } text)
        {
            writer.Remove(real);
        }
        else if (Encoding.UTF8.GetBytes(text) is var bytes && !bytes.AsSpan().SequenceEqual(content))
        {
            using var replacement = writer.Prepare(real, bytes);
            replacement.Complete();
        }
    }

    // Without the folder nobody changes anything in it.
    private async Task<IDisposable> LockAsync(CancellationToken ct)
    {
        try
        {
            return await writer.LockAsync(ct).ConfigureAwait(false);
        }
        catch (DirectoryNotFoundException)
        {
            return new NothingToLock();
        }
    }

    // A link may stand in a folder, but not lead out of it.
    private string Locate(PolicyFolder folder, string untrustedName)
    {
        var path = writer.Resolve(folder.PathOf(untrustedName));
        return path.StartsWith(writer.Resolve(folder.Path) + "/", StringComparison.Ordinal) ? path : throw new InvalidPolicyFilePathException(folder.Path);
    }

    private byte[]? ContentOf(string path) => disk.Find(path).IsFile ? writer.Read(path) : null;

    private void RequireFolder()
    {
        if (disk.List(PolicyFolder.Main.Path) is null)
        {
            throw new DirectoryNotFoundException($"there is no {PolicyFolder.Main.Path}");
        }
    }

    private static void CheckToken(ReadOnlySpan<byte> untrustedToken, byte[]? content) => PolicyFileToken.Check(Encoding.Latin1.GetString(untrustedToken), content);

    // The line ends of other systems become ours, as recorded; what is no text is a fault, as recorded.
    private static string TextOf(ReadOnlySpan<byte> untrustedContent) => Utf8Text.TryDecode(untrustedContent, out var text)
        ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
        : throw new PolicyBreakdownException("UnicodeDecodeError", text);

    // The whole policy counts, what is wrong in other files as well. The name of a new file is not judged, as recorded: only that of one that is there.
    private void Validate(string path, string? text, bool isNew)
    {
        var after = new ChangedPolicySource(disk, path, text, writer.Resolve);
        try
        {
            PolicyLoader.Load(after, locations with { Folders = [.. locations.Folders.Where(IsThere)] }, isNew ? path : null);
        }
        catch (PolicySyntaxException reason)
        {
            throw new PolicyChangeRefusedException(reason);
        }
    }

    // The folder that lasts until the next start of the host may be missing; a change can do nothing about that.
    private bool IsThere(string folder) => folder == PolicyFolder.Main.Path || disk.List(folder) is not null;

    private sealed class NothingToLock : IDisposable
    {
        public void Dispose()
        {
            // Nobody waits.
        }
    }
}
