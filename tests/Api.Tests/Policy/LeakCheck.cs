using System.Text;
using System.Text.Json;
using Qubes.Cqrs.Commands;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Api.Tests;

/// <summary>A policy and a caller: holds what the caller is shown of a state against what it may learn.</summary>
internal sealed class LeakCheck
{
    private readonly NaiveOracle oracle;
    private readonly Qube caller;
    private readonly Dictionary<string, int> counts;
    private readonly CallPolicy policy;

    internal LeakCheck(string text, Qube caller, Dictionary<string, int> counts)
    {
        oracle = new NaiveOracle(text, caller.Name);
        (this.caller, this.counts) = (caller, counts);
        var state = PolicyState.Of(
            PolicyFiles.None.With("/run/qubes/policy.d", PolicyFile.Folder).With("/etc/qubes/policy.d/30-t.policy", PolicyFile.Of(text)), PolicyLocations.Standard);
        Assert.Null(state.Fault);
        policy = new CallPolicy(() => state, new PolicySystems());
    }

    internal void Run(World world, IEnumerable<(Moment Moment, EquatableArray<Announcement> Announcements)> changes)
    {
        CheckList(world);
        CheckEvents(changes);
        CheckBulk(world);
    }

    private void CheckList(World world)
    {
        using var reply = new ReplyWriter();
        QubeCalls.List(policy, new AdminCall(Question(), world, caller, world.Dom0, reply, CancellationToken.None));
        var shown = Encoding.ASCII.GetString(reply.Written.Span)[2..].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[0]).ToList();
        var allowed = world.InOrder().Select(qube => qube.Name).Where(name => oracle.May(world, "admin.vm.List", "", name)).ToList();
        Assert.Equal(allowed, shown);
        Count("qubes listed", shown.Count);
        Count("qubes hidden", world.Qubes.Count - shown.Count);
    }

    // Nobody is at the other end.
    private Request Question() => new(null!)
    {
        Socket = SocketKind.Admin,
        Entry = MethodTable.Find(SocketKind.Admin, "admin.vm.List"),
        Method = "admin.vm.List",
        Argument = "",
        Source = caller.Name,
        Destination = "dom0",
    };

    private void CheckEvents(IEnumerable<(Moment Moment, EquatableArray<Announcement> Announcements)> changes)
    {
        var filter = policy.EventFilter(caller);
        Assert.NotNull(filter);
        foreach (var (moment, announcements) in changes)
        {
            foreach (var announcement in announcements)
            {
                var heard = filter(moment, announcement);
                Assert.True(heard == MayHear(moment, announcement), $"{(heard ? "heard" : "kept")}: {announcement}");
                Count(heard ? "events heard" : "events kept", 1);
            }
        }
    }

    // Source: spec, extensions 1 and transcripts 25: about a qube, the qube; else the qube that it names, as known before; else dom0.
    private bool MayHear(Moment moment, Announcement announcement)
    {
        var argument = announcement.Event.Replace(':', '_');
        return announcement.SubjectName.Length > 0
            ? oracle.May(moment.After, "admin.Events", argument, announcement.SubjectName)
            : oracle.May(moment.Before, "admin.Events", argument, announcement.Arguments.Where(one => one.Key == "vm").Select(one => one.Value).FirstOrDefault("@adminvm"));
    }

    private void CheckBulk(World world)
    {
        var parts = StateParts.Of(new CallerView(world, policy.Of(world, caller)), null);
        Check(world, "dom0", parts.Groups.Keys, [("properties", "admin.property.GetAll"), ("labels", "admin.label.List"), ("pools", "admin.pool.List")]);
        Each(world, "dom0", parts.Groups.GetValueOrDefault("properties"), one => one.TryGetProperty("default_value", out _), "admin.property.GetDefault");
        Each(world, "dom0", parts.Groups.GetValueOrDefault("labels"), one => one.TryGetProperty("index", out _), "admin.label.Index");
        Each(world, "dom0", parts.Groups.GetValueOrDefault("labels"), one => one.TryGetProperty("color", out _), "admin.label.Get");
        Each(world, "dom0", parts.Groups.GetValueOrDefault("pools"), one => one.EnumerateObject().Any(), "admin.pool.Info");
        Assert.Equal(
            world.Qubes.Values.Where(qube => oracle.May(world, "admin.vm.List", "", qube.Name)).Select(qube => qube.Id).ToHashSet(), parts.Qubes.Keys.ToHashSet());
        foreach (var (id, json) in parts.Qubes)
        {
            Check(world, world.Qube(id).Name, json);
        }
    }

    private void Check(World world, string name, byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var qube = document.RootElement;
        Check(world, name, qube.EnumerateObject().Select(member => member.Name),
            [("properties", "admin.vm.property.GetAll"), ("features", "admin.vm.feature.List"), ("tags", "admin.vm.tag.List"), ("volumes", "admin.vm.volume.List")]);
        Each(world, name, Member(qube, "properties"), one => one.TryGetProperty("default_value", out _), "admin.vm.property.GetDefault");
        Each(world, name, Member(qube, "features"), _ => true, "admin.vm.feature.Get");
        Each(world, name, Member(qube, "volumes"), one => one.EnumerateObject().Any(), "admin.vm.volume.Info");
        foreach (var (group, call) in new[] { ("assigned", "Assigned"), ("available", "Available") })
        {
            foreach (var devices in qube.GetProperty("devices").GetProperty(group).EnumerateObject())
            {
                Assert.True(oracle.May(world, $"admin.vm.device.{devices.Name}.{call}", "", name), $"{name} {group} {devices.Name}");
                Count("parts shown", 1);
            }
        }
    }

    // A group is there exactly when the caller may ask for it.
    private void Check(World world, string target, IEnumerable<string> shown, (string Group, string Method)[] groups)
    {
        var there = shown.ToHashSet();
        foreach (var (group, method) in groups)
        {
            var may = oracle.May(world, method, "", target);
            Assert.True(may == there.Contains(group), $"{target}: {group} {(may ? "hidden" : "shown")}");
            Count(may ? "parts shown" : "parts hidden", 1);
        }
    }

    private void Each(World world, string target, byte[]? json, Func<JsonElement, bool> isShown, string method)
    {
        if (json is not null)
        {
            using var document = JsonDocument.Parse(json);
            Each(world, target, document.RootElement, isShown, method);
        }
    }

    // What is within a group is asked for by name, and must not be there when that is denied.
    private void Each(World world, string target, JsonElement? members, Func<JsonElement, bool> isShown, string method)
    {
        if (members is not { } group)
        {
            return;
        }

        foreach (var member in group.EnumerateObject().Where(member => isShown(member.Value)))
        {
            Assert.True(oracle.May(world, method, member.Name, target), $"{target}: {method}+{member.Name}");
            Count("parts shown", 1);
        }
    }

    private static JsonElement? Member(JsonElement qube, string name) => qube.TryGetProperty(name, out var member) ? member : null;

    private void Count(string kind, int more) => counts[kind] = counts.GetValueOrDefault(kind) + more;
}
