using System.Text.Json;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Projections.Tests;

/// <summary>What holds of any history that is looked back at.</summary>
public sealed class HistoryLaws
{
    [Fact]
    public void The_state_at_a_position_is_the_one_that_was_live() => RandomHistory.Hold(history =>
        Enumerable.Range(0, 8).Select(_ => history.Any()).Where(at => history.Live[at] is not null).All(at =>
            Describe(At(history, at)) == Describe(history.Live[at]!))); // just asked for

    [Fact]
    public void A_state_does_not_differ_from_itself() => RandomHistory.Hold(history =>
        history.Any() is var at && StateComparison.Compare(history.Folded[at], At(history, at)).IsEmpty);

    [Fact]
    public void A_difference_is_shown_exactly_when_there_is_one() => RandomHistory.Hold(history =>
        Enumerable.Range(0, 8).Select(_ => history.Any()).All(at =>
        {
            // Neighbours differ little, others much.
            var (from, to) = (history.Folded[at], history.Folded[history.Random.Next(2) == 0 ? Math.Min(at + 1, history.Folded.Count - 1) : history.Any()]);
            return StateComparison.Compare(from, to).IsEmpty != WorldDifference.Events(from, to).Any();
        }));

    [Fact]
    public void What_is_shown_of_one_way_is_shown_of_the_other_reversed() => RandomHistory.Hold(history =>
    {
        var (from, to) = (history.Folded[history.Any()], history.Folded[history.Any()]);
        return Changes(from, to).Select(change => (change.Key, change.Value.After, change.Value.Before)).Order()
            .SequenceEqual(Changes(to, from).Select(change => (change.Key, change.Value.Before, change.Value.After)).Order());
    });

    [Fact]
    public void Since_the_event_that_is_named_a_setting_has_its_value_and_before_it_had_not() => RandomHistory.Hold(history =>
    {
        var at = history.Folded.Count - 1;
        var world = history.Folded[at];
        Qube?[] holders = [null, .. world.Qubes.Values];
        return holders.All(holder =>
        {
            var search = new BlameSearch(world, holder, BlameSearch.SettingsOf(world, holder));
            foreach (var recorded in history.Log.Events.AsEnumerable().Reverse().Where(recorded => recorded.Event!.Stream == search.Stream))
            {
                search.Add(recorded);
            }

            return search.Finish().All(entry => entry.Value is { Event: { } given } by && given.Stream == search.Stream &&
                Has(history.Folded[(int)by.Position.Value], holder, entry.Key) && !Has(history.Folded[(int)by.Position.Value - 1], holder, entry.Key) &&
                Enumerable.Range((int)by.Position.Value, at - (int)by.Position.Value).All(later => Has(history.Folded[later], holder, entry.Key)));

            bool Has(World of, Qube? qube, (SettingKind Kind, string Name) key) => Equals(Raw(of, qube, key), Raw(world, qube, key) ?? "nothing");
        });
    });

    [Fact]
    public void Since_the_event_that_is_named_a_file_of_the_policy_has_its_text_and_before_it_had_not() => RandomHistory.Hold(history =>
    {
        var files = history.Folded[^1].Policy.Entries.Where(entry => entry.Value is { IsFile: true, RealPath: null }).ToList();
        var search = BlameSearch.OfPolicy(history.Folded[^1], files.Select(entry => entry.Key));
        foreach (var recorded in history.Log.Events.AsEnumerable().Reverse().Where(recorded => recorded.Event!.Stream == search.Stream))
        {
            search.Add(recorded);
        }

        var found = search.Finish();
        return files.All(entry => found[(SettingKind.Policy, entry.Key)] is { } by && !Has((int)by.Position.Value - 1, entry) &&
            Enumerable.Range((int)by.Position.Value, history.Folded.Count - (int)by.Position.Value).All(later => Has(later, entry)));

        bool Has(int at, KeyValuePair<string, PolicyFile> entry) => history.Folded[at].Policy.Entries.GetValueOrDefault(entry.Key) == entry.Value;
    });

    [Fact]
    public void Without_a_change_of_history_there_is_no_change_of_the_present() => RandomHistory.Hold(history =>
    {
        var altered = new AlteredHistory(World.Empty, _ => false, []);
        history.Log.Events.ForEach(altered.Add);
        altered.Finish();
        return altered.Misfits.IsEmpty && Describe(altered.Altered) == Describe(history.Folded[^1]);
    });

    [Fact]
    public void Without_the_end_of_history_the_present_is_the_past() => RandomHistory.Hold(history =>
    {
        var at = history.Any();
        var altered = new AlteredHistory(World.Empty, recorded => recorded.Position.Value > at, []);
        history.Log.Events.ForEach(altered.Add);
        altered.Finish();
        return altered.LeftOut == history.Log.Events.Count - at && Describe(altered.Altered) == Describe(history.Folded[at]) &&
            Describe(altered.Real) == Describe(history.Folded[^1]);
    });

    [Fact]
    public void A_qube_that_never_was_is_missed_by_all_that_speaks_of_it() => RandomHistory.Hold(history =>
    {
        var altered = new AlteredHistory(World.Empty, recorded => recorded.Event is QubeAdded { Class: not QubeClass.AdminVM }, []);
        history.Log.Events.ForEach(altered.Add);
        var about = history.Log.Events.Where(recorded => recorded.Event is not QubeAdded && recorded.Event!.Stream.Qube is { } id && id != QubeId.Dom0 &&
            history.Folded[(int)recorded.Position.Value - 1].Find(id) is not null).Select(recorded => recorded.Position);
        return about.All(position => altered.Misfits.Any(misfit => misfit.Position == position));
    });

    [Fact]
    public void Edits_give_both_texts_and_are_no_more_than_needed() => RandomHistory.Hold(history =>
    {
        var (before, after) = (Text(history.Random), Text(history.Random));
        var edits = TextDiff.Lines(before, after);
        return edits.Where(edit => edit.Sign != '+').Select(edit => edit.Text).SequenceEqual(before) &&
            edits.Where(edit => edit.Sign != '-').Select(edit => edit.Text).SequenceEqual(after) &&
            edits.Count(edit => edit.Sign == ' ') == Common(before, after);
    });

    private static World At(RandomHistory history, int at) =>
        WorldReplay.AtAsync(history.Log, history.Log, new LogPosition(at), CancellationToken.None).GetAwaiter().GetResult();

    private static string Describe(World world) =>
        string.Join('\n', WorldEvents.Of(world).Select(@event => @event.GetType().Name + " " + JsonSerializer.Serialize(@event, @event.GetType())));

    private static Dictionary<string, (string? Before, string? After)> Changes(World from, World to) => StateComparison.Compare(from, to)
        .Where(change => change.Change == SubjectChangeKind.Changed)
        .SelectMany(change => change.Settings.Select(setting => (Key: $"{change.Subject} {setting.Kind} {setting.Name}", setting)))
        .ToDictionary(entry => entry.Key, entry => (entry.setting.Before?.ToString(), entry.setting.After?.ToString()));

    private static object? Raw(World world, Qube? qube, (SettingKind Kind, string Name) key) => qube is null
        ? world.Properties.Find(key.Name)
        : world.Find(qube.Id) is not { } holder ? null : key.Kind switch
        {
            SettingKind.Property => holder.Properties.Find(key.Name),
            SettingKind.Feature => holder.Features.Find(key.Name),
            SettingKind.Tag => holder.Tags.Contains(key.Name) ? key.Name : null,
            SettingKind.Device => holder.Devices.FirstOrDefault(device => SettingsView.NameOf(device) == key.Name),
            SettingKind.Firewall => holder.Firewall,
            SettingKind.Notes => holder.Notes,
            SettingKind.Volume => holder.Volumes.FirstOrDefault(volume => volume.Name == key.Name),
            _ => holder.ClassName,
        };

    private static string[] Text(Random random) => [.. Enumerable.Range(0, random.Next(30)).Select(_ => "abcd"[random.Next(4)].ToString())];

    // The longest common subsequence, the plain way.
    private static int Common(string[] one, string[] other)
    {
        var longest = new int[one.Length + 1, other.Length + 1];
        for (var x = 0; x < one.Length; x++)
        {
            for (var y = 0; y < other.Length; y++)
            {
                longest[x + 1, y + 1] = one[x] == other[y] ? longest[x, y] + 1 : Math.Max(longest[x, y + 1], longest[x + 1, y]);
            }
        }

        return longest[one.Length, other.Length];
    }
}
