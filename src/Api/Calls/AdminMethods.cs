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

    /// <summary>The newest durable state.</summary>
    internal World Current => services.Dispatcher.Current;

    /// <summary>The table of methods.</summary>
    public FrozenDictionary<string, AdminMethodHandler> Build()
    {
        QubeCalls.AddTo(this, services.RecentDispIds, services.Policy);
        Serve("admin.vm.CreateDisposable", new DisposableCalls(services.Dispatcher, services.Disposables).CreateAsync);
        new PowerCalls(() => services.Dispatcher.Current, services.Gauge, services.Figures, services.Policy, TimeProvider.System).AddTo(this);
        new RunCalls(services.Power).AddTo(this);
        new HostSleepCalls(services.Suspension).AddTo(this);
        PropertyCalls.AddTo(this);
        FeatureCalls.AddTo(this);
        TagCalls.AddTo(this);
        LabelCalls.AddTo(this);
        new FirewallCalls(this, services.Files, services.Time).Add();
        new NotesCalls(this, services.Files).Add();
        new PoolCalls(this, services.Pools).Add();
        new VolumeCalls(this, new VolumeTokens(), services.VolumeFigures).Add();
        new VolumeImportCalls(this, services.VolumeImports).Add();
        new StorageCheckCalls(services.StorageCheck).AddTo(this);
        new DeviceCalls(services.Devices).AddTo(this);
        BulkCalls.AddTo(this, services.Changes, services.Policy);
        MarkCalls.AddTo(this);
        new UndoCalls(this, services.Past, services.PlanFiles).Add();
        ForgetCalls.AddTo(this, services.Forget);
        RebuildCalls.AddTo(this, services.Rebuild);
        new LogCalls(services.Pages).AddTo(this);
        Serve("admin.Events", call => EventCalls.SubscribeAsync(services.Hub, services.Policy, call));
        new ReportCalls(services).AddTo(this);
        new SystemInfoCalls().AddTo(this);
        new PolicyFileCalls(services.PolicyFiles).AddTo(this);
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
    internal void Change(string method, Func<AdminCall, ICommand> toCommand) => Change(method, call => ValueTask.FromResult(toCommand(call)));

    /// <summary>Adds a method that looks at something outside before it changes something, and answers nothing.</summary>
    internal void Change<TCommand>(string method, Func<AdminCall, ValueTask<TCommand>> toCommand)
        where TCommand : ICommand => methods.Add(method, async call =>
        {
            await SendAsync(call, await toCommand(call).ConfigureAwait(false)).ConfigureAwait(false);
            call.Reply.Ok();
        });

    /// <summary>Takes over what a read found on the disk. Where the log cannot be written, it is found again the next time.</summary>
    internal async ValueTask AdoptAsync(ICommand command, CancellationToken ct)
    {
        try
        {
            await services.Dispatcher.SendAsync(command, Call.OfDaemon(FirstEvents.ImportVerb), ct).ConfigureAwait(false);
        }
        catch (RefusedException)
        {
            // The answer holds without the log.
        }
    }

    /// <summary>Carries out a command for a call.</summary>
    internal ValueTask<LogPosition> SendAsync(AdminCall call, ICommand command) => services.Dispatcher.SendAsync(command, call.ToCall(), call.Ct);
}
