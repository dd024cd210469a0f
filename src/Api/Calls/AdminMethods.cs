using System.Collections.Frozen;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api;

/// <summary>Every method that is built, by name: reads answer from the call's world, changes go through the dispatcher.</summary>
/// <param name="services">What the methods need.</param>
public sealed class AdminMethods(AdminServices services)
{
    private readonly Dictionary<string, AdminMethodHandler> methods = new(StringComparer.Ordinal);

    /// <summary>The names of the methods that are built.</summary>
    public static IReadOnlySet<string> Built { get; } = new AdminMethods(AdminServices.None).Build().Keys.ToFrozenSet(StringComparer.Ordinal); // only named, never called

    /// <summary>The table of methods.</summary>
    public FrozenDictionary<string, AdminMethodHandler> Build()
    {
        QubeCalls.AddTo(this);
        PropertyCalls.AddTo(this);
        FeatureCalls.AddTo(this);
        TagCalls.AddTo(this);
        LabelCalls.AddTo(this);
        NotesCalls.AddTo(this);
        new PoolCalls(this, services.Pools).Add();
        new VolumeCalls(this, new VolumeTokens()).Add();
        DeviceCalls.AddTo(this);
        BulkCalls.AddTo(this, services.Changes);
        Serve("admin.Events", call => EventCalls.SubscribeAsync(services.Hub, call));
        return methods.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Adds a method that only reads.</summary>
    internal void Read(string method, Action<AdminCall> answer) => methods.Add(method, call =>
    {
        answer(call);
        return ValueTask.CompletedTask;
    });

    /// <summary>Adds a method that answers for itself: a stream, or more than one step.</summary>
    internal void Serve(string method, AdminMethodHandler handle) => methods.Add(method, handle);

    /// <summary>Adds a method that changes something and answers nothing.</summary>
    internal void Change(string method, Func<AdminCall, ICommand> toCommand) => methods.Add(method, async call =>
    {
        await SendAsync(call, toCommand(call)).ConfigureAwait(false);
        call.Reply.Ok();
    });

    /// <summary>Carries out a command for a call.</summary>
    internal ValueTask<LogPosition> SendAsync(AdminCall call, ICommand command) => services.Dispatcher.SendAsync(command, call.ToCall(), call.Ct);
}
