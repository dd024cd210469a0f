using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Qubes.Cqrs.Api;

/// <summary>Tells when clients of streams close their end.</summary>
/// <remarks>
/// They have closed their sending side long before, so a pending read cannot tell; the system reports a hang-up only once both sides are closed.
/// One thread waits for all streams; ordinary requests cost nothing.
/// </remarks>
internal sealed class HangupWatcher
{
    private const int Add = 1;
    private const int Remove = 2;
    private const uint OneShot = 1u << 30;
    private const int Batch = 64;

    // struct epoll_event is packed on x86-64 only (epoll_ctl(2)).
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventBytes = DataAt + 8;
    private static readonly Lazy<HangupWatcher> Shared = new(() => new HangupWatcher());

    private readonly ConcurrentDictionary<long, Action> actions = new();
    private readonly int poll;
    private long lastId;

    private HangupWatcher()
    {
        poll = LibC.CreatePoll(LibC.CloseOnExec);
        LibC.Check(poll, "cannot watch for clients that hang up");
        new Thread(Watch) { IsBackground = true, Name = "hang-ups" }.Start();
    }

    /// <summary>Runs <paramref name="action"/> once, on a thread of the pool, when the peer closes the socket.</summary>
    /// <returns>The registration, to be disposed before the socket is.</returns>
    internal static IDisposable Register(SafeHandle socket, Action action) => Shared.Value.Start(socket, action);

    private Registration Start(SafeHandle socket, Action action)
    {
        var id = Interlocked.Increment(ref lastId);
        actions[id] = action;
        Span<byte> @event = stackalloc byte[EventBytes];
        MemoryMarshal.Write(@event, OneShot); // hang-ups and errors are always reported
        MemoryMarshal.Write(@event[DataAt..], id);
        if (LibC.ControlPoll(poll, Add, socket, @event) < 0)
        {
            actions.TryRemove(id, out _);
            LibC.Check(-1, "cannot watch a client");
        }

        return new Registration(this, socket, id);
    }

    private void Watch()
    {
        Span<byte> events = stackalloc byte[Batch * EventBytes];
        while (true)
        {
            var count = LibC.WaitPoll(poll, events, Batch, -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != LibC.Interrupted)
            {
                LibC.Check(count, "cannot watch for clients that hang up");
            }

            for (var index = 0; index < count; index++)
            {
                var id = MemoryMarshal.Read<long>(events[((index * EventBytes) + DataAt)..]);
                if (actions.TryRemove(id, out var action))
                {
                    ThreadPool.UnsafeQueueUserWorkItem(static run => run(), action, preferLocal: false);
                }
            }
        }
    }

    private sealed class Registration(HangupWatcher watcher, SafeHandle socket, long id) : IDisposable
    {
        public void Dispose()
        {
            watcher.actions.TryRemove(id, out _);
            try
            {
                _ = LibC.ControlPoll(watcher.poll, Remove, socket, stackalloc byte[EventBytes]);
            }
            catch (ObjectDisposedException)
            {
                // The system stops watching a socket that is closed.
            }
        }
    }
}
