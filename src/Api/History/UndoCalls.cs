using System.Globalization;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary><c>qubes.cqrs.Restore</c>, <c>qubes.cqrs.Revert</c>, <c>qubes.cqrs.Apply</c>: plans that somebody has looked at are carried out.</summary>
/// <remarks>Each answers with the position of the last event. docs/undo.md.</remarks>
internal sealed class UndoCalls(AdminMethods methods, PastStates past, IPlanFileReader? files)
{
    private const int MostPositions = 1000;

    internal void Add()
    {
        methods.Serve("qubes.cqrs.Restore", RestoreAsync);
        methods.Serve("qubes.cqrs.Revert", RevertAsync);
        methods.Serve("qubes.cqrs.Apply", ApplyAsync);
    }

    private async ValueTask RestoreAsync(AdminCall call)
    {
        var options = Options(call.Request.UntrustedPayload.Span, "qube", "digest");
        var then = await past.FindAsync(Position(call.Argument), call.World.Position, call.Ct).ConfigureAwait(false);
        await SendAsync(call, new RestoreSystem(then, options.GetValueOrDefault("qube"), Digest(options), Guid.NewGuid())).ConfigureAwait(false);
    }

    private async ValueTask RevertAsync(AdminCall call)
    {
        var options = Options(call.Request.UntrustedPayload.Span, "positions", "force", "digest");
        var positions = options.GetValueOrDefault("positions", "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Position).Distinct().Order().ToList();
        if (positions.Count is 0 or > MostPositions || positions[0] == LogPosition.Start)
        {
            throw new InvalidRequestException(FormattableString.Invariant($"expected 1 to {MostPositions} positions of events"));
        }

        var events = new List<RevertedEvent>(positions.Count);
        foreach (var position in positions)
        {
            var before = await past.FindAsync(new LogPosition(position.Value - 1), call.World.Position, call.Ct).ConfigureAwait(false);
            events.Add(new RevertedEvent(position, before, await past.FindAsync(position, call.World.Position, call.Ct).ConfigureAwait(false)));
        }

        await SendAsync(call, new RevertEvents(events.ToEquatableArray(), options.ContainsKey("force"), Digest(options), Guid.NewGuid())).ConfigureAwait(false);
    }

    private async ValueTask ApplyAsync(AdminCall call)
    {
        var reader = files ?? throw new RefusedException("Plan files cannot be read here");
        await SendAsync(call, new ApplyPlanFile(reader.Read(call.CopyUntrustedPayload()), call.Argument, Guid.NewGuid())).ConfigureAwait(false);
    }

    private async ValueTask SendAsync(AdminCall call, PlanCommand command)
    {
        var position = await methods.SendAsync(call, command).ConfigureAwait(false);
        call.Reply.Ok().Append(position.Value);
    }

    private static LogPosition Position(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position)
        ? new LogPosition(position)
        : throw new InvalidRequestException("expected a position");

    private static string Digest(Dictionary<string, string> options) =>
        options.GetValueOrDefault("digest") ?? throw new InvalidRequestException("expected the digest of the plan that was shown");

    // Lines of key=value.
    private static Dictionary<string, string> Options(ReadOnlySpan<byte> untrusted, params string[] known)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in AsciiText.Read(untrusted, "Parameters").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var separator = line.IndexOf('=', StringComparison.Ordinal);
            if (separator < 0 || !known.Contains(line[..separator], StringComparer.Ordinal) || !options.TryAdd(line[..separator], line[(separator + 1)..]))
            {
                throw new InvalidRequestException($"expected lines of {string.Join("=, ", known)}=, each once");
            }
        }

        return options;
    }
}
