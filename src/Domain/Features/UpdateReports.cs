using System.Globalization;

namespace Qubes.Cqrs.Domain;

/// <summary>What a qube's report on available updates changes.</summary>
/// <remarks>Source: spec, admin-api.yaml, qubes.NotifyUpdates.</remarks>
public static class UpdateReports
{
    private const string Available = "updates-available";

    /// <summary>Takes a report: notes it on the qube itself if that can be updated, else on the template that its system comes from.</summary>
    /// <param name="draft">The decision; its time is the time of the report.</param>
    /// <param name="id">The reporting qube.</param>
    /// <param name="anyAvailable">Whether there are updates.</param>
    /// <param name="running">What runs.</param>
    /// <param name="zone">The time zone of the host: times are noted as its clock shows them.</param>
    /// <exception cref="QubeErrorException">The qube is of another host.</exception>
    public static void Take(Draft draft, QubeId id, bool anyAvailable, RunningQubes running, TimeZoneInfo zone)
    {
        var source = draft.World.Qube(id);
        if (!source.IsLocal)
        {
            throw new QubeErrorException("Not supported by RemoteVM");
        }

        if (IsUpdateable(draft.World, source))
        {
            Note(draft, source, anyAvailable, zone);
        }
        else if (anyAvailable && !running.Outdated.Contains(id) && TemplateOf(draft.World, source) is { } template && !running.Qubes.Contains(template.Id))
        {
            // A qube on the newest template may miss updates that another one has installed: it can only say that there are some.
            Note(draft, template, anyAvailable, zone);
        }
    }

    private static Qube? TemplateOf(World world, Qube qube)
    {
        var template = Templates.Of(world, qube);
        while (template is not null && !IsUpdateable(world, template))
        {
            template = Templates.Of(world, template);
        }

        return template;
    }

    private static void Note(Draft draft, Qube qube, bool anyAvailable, TimeZoneInfo zone)
    {
        var now = TimeZoneInfo.ConvertTime(draft.Caller.Time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        if (!anyAvailable && !string.IsNullOrEmpty(qube.Features.Find(Available)))
        {
            Features.Set(draft, qube.Id, "last-update", now);
        }

        Features.Set(draft, qube.Id, Available, anyAvailable ? "1" : "");
        Features.Set(draft, qube.Id, "last-updates-check", now);
    }

    private static bool IsUpdateable(World world, Qube qube) => PropertyValues.Get(world, qube, "updateable") == PropertyValue.True;
}
