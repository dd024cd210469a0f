using System.Buffers;
using System.Text;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Domain.Tests;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Api.Tests;

/// <summary><c>qubes.cqrs.Log</c> where there is no log, and where others search already.</summary>
public sealed class LogCallsTests
{
    private static readonly World State = Scenario.Usual().World;

    [Fact]
    public async Task Without_a_log_nothing_is_found() =>
        Assert.Equal("The event log is not available", (await Assert.ThrowsAsync<RefusedException>(() => CallAsync(Handler(null), "{}"))).Message);

    [Fact]
    public async Task What_is_no_question_is_refused() =>
        await Assert.ThrowsAsync<InvalidRequestException>(() => CallAsync(Handler(new StuckSearch()), "{\"limit\":0}"));

    [Fact]
    public async Task Only_dom0_asks() =>
        await Assert.ThrowsAsync<PermissionRefusedException>(() => CallAsync(Handler(new StuckSearch()), "{}", source: "work"));

    [Fact]
    public async Task Few_search_at_once_and_who_hangs_up_makes_room()
    {
        var handler = Handler(new StuckSearch());
        using var hangup = new CancellationTokenSource();
        var searching = Enumerable.Range(0, 3).Select(_ => CallAsync(handler, "{}", ct: hangup.Token)).ToList();
        var refused = await Assert.ThrowsAsync<RefusedException>(() => CallAsync(handler, "{}"));
        Assert.Equal("Others are searching the log; try again", refused.Message);
        await hangup.CancelAsync();
        foreach (var search in searching)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => search);
        }

        await Assert.ThrowsAsync<InvalidValueException>(() => CallAsync(handler, "{\"area\":\"x\"}"));
    }

    private static AdminRequestHandler Handler(StuckSearch? search) => new(() => State, new AdminMethods(AdminServices.None with
    {
        Pages = () => search is null ? null : new LogPages(search, search, TimeProvider.System),
    }).Build());

    private static async Task CallAsync(AdminRequestHandler handler, string payload, string source = "dom0", CancellationToken ct = default)
    {
        const string method = "qubes.cqrs.Log";
        using var reply = new ReplyWriter();
        await handler.HandleAsync(
            new Request(null!) // nothing is asked of the connection
            {
                Socket = SocketKind.Admin,
                Entry = MethodTable.Find(SocketKind.Admin, method),
                Method = method,
                Argument = "",
                Source = source,
                Destination = "dom0",
                UntrustedPayload = Encoding.UTF8.GetBytes(payload),
            },
            reply,
            ct);
    }

    /// <summary>A log that takes its time.</summary>
    private sealed class StuckSearch : IEventSearch, IEventPayloads
    {
        public async IAsyncEnumerable<RecordedEvent> NewestFirstAsync(EventQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        {
            await Task.Delay(Timeout.Infinite, ct);
            yield break;
        }

        public Task<LogPosition> HeadAsync(CancellationToken ct) => Task.FromResult(new LogPosition(5));

        public Task<LogPosition> AtTimeAsync(DateTimeOffset time, CancellationToken ct) => Task.FromResult(LogPosition.Start);

        public Task<DateTimeOffset?> TimeOfAsync(LogPosition position, CancellationToken ct) => Task.FromResult<DateTimeOffset?>(null);

        public Task<LogPosition?> MarkAsync(string name, CancellationToken ct) => Task.FromResult<LogPosition?>(null);

        public Task<IReadOnlyDictionary<QubeId, string>> NamesAsync(IReadOnlyCollection<QubeId> ids, CancellationToken ct) =>
            Task.FromResult<IReadOnlyDictionary<QubeId, string>>(new Dictionary<QubeId, string>());

        public Task<Dictionary<QubeId, string>> QubesNamedAsync(string? name, CancellationToken ct) => Task.FromResult(new Dictionary<QubeId, string>());

        public void Write(DomainEvent @event, IBufferWriter<byte> output) => output.Write("{}"u8);
    }
}
