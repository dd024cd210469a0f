using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Commands;

/// <summary>A command on its way through the writer loop.</summary>
internal sealed class PendingCommand(Action<Draft> decide, Call call)
{
    private readonly TaskCompletionSource<LogPosition> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? fault;

    internal Call Call { get; } = call;

    internal Task<LogPosition> Task => completion.Task;

    internal Decision? Decision { get; private set; }

    internal EquatableArray<Announcement> Announcements { get; private set; } = [];

    /// <summary>When it was decided.</summary>
    internal Moment Moment { get; private set; } = Moment.None;

    /// <summary>Decides on <paramref name="world"/>; a refusal or a fault is kept for the answer.</summary>
    internal void Decide(World world, DateTimeOffset now)
    {
        var draft = new Draft(world, new Caller(Call.Source, now));
        (Decision, fault, Moment) = (null, null, new Moment(world, world));
        try
        {
            decide(draft);
            Decision = draft.ToDecision();
            (Announcements, Moment) = (Decision.Announcements, new Moment(world, Decision.After));
        }
        catch (DomainException refusal)
        {
            fault = refusal;
            Announcements = draft.Announced.Where(announcement => announcement.IsPre).ToEquatableArray();
        }
#pragma warning disable CA1031 // A bug in one rule must not stop the writer: it is the answer to this caller alone.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            fault = bug;
            Announcements = [];
        }
    }

    internal void Answer(LogPosition position)
    {
        if (fault is null)
        {
            completion.TrySetResult(position);
        }
        else
        {
            completion.TrySetException(fault);
        }
    }

    internal void Fail(Exception reason) => completion.TrySetException(reason);
}
