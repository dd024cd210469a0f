using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Qubes.Cqrs.Domain;
using Qubes.Cqrs.Infrastructure;
using Qubes.Cqrs.Projections;

namespace Qubes.Cqrs.Cli;

/// <summary><c>replay</c>: rebuilds every view from the log, and compares it with the live one.</summary>
internal static class ReplayVerb
{
    private const int Different = 2;
    private const int Stretch = 20_000;

    internal static Command Create()
    {
        var view = new Option<string?>("--view") { Description = $"Only this view: {string.Join(", ", ViewNames.All)}.", HelpName = "NAME" };
        var rebuild = new Option<string?>("--rebuild") { Description = "Let the running daemon rebuild this view, and put it in the place of the live one where they differ.", HelpName = "VIEW" };
        var json = new Option<bool>("--json") { Description = "As JSON." };
        view.AcceptOnlyFromAmong([.. ViewNames.All]);
        rebuild.AcceptOnlyFromAmong([.. ViewNames.All]);
        var verb = new Command(
            "replay",
            "Rebuild every view from the log, from its first event on, and compare it with the live one. Ends with 0 when all are the same, with 2 when one differs.\n\n" +
            "Examples:\n  qubes-history replay\n  qubes-history replay --view qubes.xml --json\n  qubes-history replay --rebuild qubesdb") { view, rebuild, json };
        var source = new HistorySource();
        return source.On(verb, async (parsed, log, ct) =>
        {
            var reports = parsed.GetValue(rebuild) is { } wanted
                ? [await AskAsync(source.Daemon(parsed), wanted, ct).ConfigureAwait(false)]
                : await CompareAsync(log, source.Views(parsed, log), parsed.GetValue(view), ct).ConfigureAwait(false);
            Write(reports, parsed.GetValue(json));
            return reports.All(report => report.DifferenceCount == 0) ? 0 : Different;
        });
    }

    private static async Task<IReadOnlyList<RebuildReport>> CompareAsync(EventLogHost log, LiveViews live, string? only, CancellationToken ct)
    {
        bool Wants(string view) => only is null || only == view;
        var reports = new List<RebuildReport>();
        var (snapshots, world) = Wants(ViewNames.Snapshots) ? await CheckSnapshotsAsync(log, ct).ConfigureAwait(false) : (null, await FoldAsync(log, ct).ConfigureAwait(false));
        foreach (var (view, compare) in new (string, Func<World, CancellationToken, Task<RebuildReport>>)[]
        {
            (ViewNames.World, live.CompareWorldAsync), (ViewNames.QubesXml, live.CompareStoresAsync),
            (ViewNames.QubeFiles, live.CompareFilesAsync), (ViewNames.QubesDb, live.CompareDatabasesAsync),
        })
        {
            if (Wants(view))
            {
                reports.Add(await compare(world, ct).ConfigureAwait(false));
            }
        }

        return snapshots is null ? reports : [.. reports, snapshots];
    }

    private static async Task<(RebuildReport? Report, World World)> CheckSnapshotsAsync(EventLogHost log, CancellationToken ct)
    {
        using var progress = new Progress("replay", (await log.Reader.HeadAsync(ct).ConfigureAwait(false)).Value);
        return await SnapshotCheck.RunAsync(log, isRepaired: false, (world, _) =>
        {
            progress.Show(world.Position.Value);
            return Task.CompletedTask;
        }, ct).ConfigureAwait(false);
    }

    private static async Task<World> FoldAsync(EventLogHost log, CancellationToken ct)
    {
        var head = await log.Reader.HeadAsync(ct).ConfigureAwait(false);
        using var progress = new Progress("replay", head.Value);
        var world = World.Empty;
        while (world.Position < head)
        {
            world = await WorldReplay.ContinueAsync(log.Reader, world, new LogPosition(Math.Min(head.Value, world.Position.Value + Stretch)), ct).ConfigureAwait(false);
            progress.Show(world.Position.Value);
        }

        return world;
    }

    private static async Task<RebuildReport> AskAsync(DaemonClient daemon, string view, CancellationToken ct)
    {
        var answer = await daemon.CallAsync("qubes.cqrs.Rebuild", view, ReadOnlyMemory<byte>.Empty, ct).ConfigureAwait(false);
        using var json = JsonDocument.Parse(answer);
        var report = json.RootElement;
        return new RebuildReport(
            view, new LogPosition(report.GetProperty("position").GetInt64()), report.GetProperty("checked").GetInt32(),
            [.. report.GetProperty("differences").EnumerateArray().Select(difference => difference.GetString() ?? "")], report.GetProperty("differenceCount").GetInt32())
        {
            IsSwapped = report.GetProperty("swapped").GetBoolean(),
            Paused = TimeSpan.FromMilliseconds(report.GetProperty("pausedMilliseconds").GetDouble()),
            Remark = report.GetProperty("remark").GetString(),
        };
    }

    private static void Write(IReadOnlyList<RebuildReport> reports, bool asJson)
    {
        if (asJson)
        {
            JsonOutput.Write(json => WriteJson(json, reports));
            return;
        }

        foreach (var report in reports)
        {
            var found = !report.IsCompared ? "not compared" : report.DifferenceCount == 0 ? "the same" : string.Create(CultureInfo.InvariantCulture, $"DIFFERS in {report.DifferenceCount}");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.View,-11} {found}{(report.IsSwapped ? ", replaced by the rebuilt one" : "")} (of {report.Checked}, at position {report.Position})"));
            foreach (var line in report.Differences.Concat(report.Remark is { } remark ? [remark] : []))
            {
                Console.WriteLine("  " + Terminal.Printable(line));
            }
        }
    }

    private static void WriteJson(Utf8JsonWriter json, IReadOnlyList<RebuildReport> reports)
    {
        json.WriteBoolean("same", reports.All(report => report.DifferenceCount == 0));
        json.WriteStartArray("views");
        foreach (var report in reports)
        {
            json.WriteStartObject();
            json.WriteString("view", report.View);
            json.WriteNumber("position", report.Position.Value);
            json.WriteNumber("checked", report.Checked);
            json.WriteBoolean("compared", report.IsCompared);
            json.WriteBoolean("swapped", report.IsSwapped);
            json.WriteString("remark", report.Remark);
            json.WriteNumber("differenceCount", report.DifferenceCount);
            json.WriteStrings("differences", report.Differences);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
