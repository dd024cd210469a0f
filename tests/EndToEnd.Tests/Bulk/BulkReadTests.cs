using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Qubes.Cqrs.Client;

namespace Qubes.Cqrs.EndToEnd.Tests;

/// <summary><c>qubes.cqrs.State</c> and <c>qubes.cqrs.Changes</c>, with the clients that docs/bulk-read.md shows.</summary>
public sealed class BulkReadTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private RootFolder? root;
    private DaemonProcess? daemon;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private AdminClient Client => daemon!.Client; // set before every test

    private string Socket => Client.SocketPath;

    public async ValueTask InitializeAsync()
    {
        root = await FreshRoot.CreateAsync(Ct);
        daemon = await root.StartAsync(Ct);
        (string Method, string Arg, string Dest, string Payload)[] calls =
        [
            ("admin.property.Set", "default_kernel", "dom0", "6.6.1-1.qubes"),
            ("admin.vm.Create.TemplateVM", "", "dom0", "name=tpl label=black"),
            ("admin.property.Set", "default_template", "dom0", "tpl"),
            ("admin.vm.Create.AppVM", "", "dom0", "name=sys-net label=red"),
            ("admin.vm.property.Set", "provides_network", "sys-net", "True"),
            ("admin.vm.property.Set", "netvm", "sys-net", ""),
            ("admin.property.Set", "default_netvm", "dom0", "sys-net"),
            ("admin.vm.Create.AppVM", "tpl", "dom0", "name=work label=blue"),
            ("admin.vm.property.Set", "memory", "work", "500"),
            ("admin.vm.feature.Set", "service.crond", "work", "1"),
            ("admin.vm.tag.Set", "audio", "work", ""),
            ("admin.vm.Create.RemoteVM", "", "dom0", "name=rem label=yellow"),
        ];
        foreach (var (method, arg, dest, payload) in calls)
            await Client.MustAsync(method, arg, dest, payload, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (root is not null)
            await root.DisposeAsync();
    }

    [Fact]
    public async Task The_state_says_what_the_standard_calls_say()
    {
        var state = await StateAsync();
        Assert.Equal(await GetAllAsync("admin.property.GetAll", "dom0"), Shown(state["properties"]!));
        var labels = await LinesAsync("admin.label.List", "dom0");
        Assert.Equal(labels.Order(), state["labels"]!.AsObject().Select(label => label.Key).Order());
        Assert.Equal(await Client.MustAsync("admin.label.Get", "red", "dom0", "", Ct), state["labels"]!["red"]!["color"]!.GetValue<string>());
        Assert.Equal(await LinesAsync("admin.pool.List", "dom0"), state["pools"]!.AsObject().Select(pool => pool.Key));

        var listed = await LinesAsync("admin.vm.List", "dom0");
        var shown = state["qubes"]!.AsObject().Select(qube =>
            $"{qube.Value!["name"]} class={qube.Value["class"]} state={qube.Value["power_state"]} uuid={qube.Key}");
        Assert.Equal(listed, shown);
        foreach (var (_, qube) in state["qubes"]!.AsObject())
            await AssertIsAsync(qube!);
    }

    [Fact]
    public async Task A_client_in_another_language_gets_what_the_page_shows()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "bulk-read.md"), Ct);
        var example = JsonNode.Parse(page.Split("```json")[1].Split("```")[0])!.AsObject();
        var state = await StateAsync();
        var work = Named(state, "work").Key;
        example["position"] = state["position"]!.DeepClone();
        var qubes = example["qubes"]!.AsObject();
        var shown = Assert.Single(qubes).Value!;
        qubes.Clear();
        qubes[work] = shown;
        AssertContains(example, state, "$");
        Assert.Equal(state.Select(member => member.Key), example.Select(member => member.Key)); // no member goes unmentioned
        Assert.Equal(state["qubes"]![work]!.AsObject().Select(member => member.Key), shown.AsObject().Select(member => member.Key));
    }

    [Fact]
    public async Task The_documented_client_stays_equal_to_the_state()
    {
        var mirror = new QubesMirror(Socket);
        await mirror.LoadAsync(Ct);
        await using var following = mirror.FollowAsync(Ct).GetAsyncEnumerator(Ct);
        await ChangeAtRandomAsync(new Random(1));
        var state = await StateAsync();
        while (mirror.Position < Position(state))
            Assert.True(await following.MoveNextAsync().AsTask().WaitAsync(Limit, Ct) && following.Current is not null);
        Assert.True(JsonNode.DeepEquals(state, mirror.State), $"{mirror.State}\nis not\n{state}");
    }

    [Fact]
    public async Task A_change_that_was_refused_is_not_told()
    {
        var mirror = new QubesMirror(Socket);
        await mirror.LoadAsync(Ct);
        await using var following = mirror.FollowAsync(Ct).GetAsyncEnumerator(Ct);
        Assert.False((await Client.CallAsync("admin.vm.feature.Remove", "absent", "work", "", Ct)).IsOk);
        Assert.False((await Client.CallAsync("admin.vm.property.Set", "netvm", "sys-net", "work", Ct)).IsOk);
        await Client.MustAsync("admin.vm.tag.Set", "next", "work", "", Ct);
        Assert.True(await following.MoveNextAsync().AsTask().WaitAsync(Limit, Ct));
        var patch = following.Current!["qubes"]!.AsObject();
        Assert.Equal(["tags"], Assert.Single(patch).Value!.AsObject().Select(group => group.Key));
    }

    [Fact]
    public async Task A_default_that_follows_another_qube_is_told_of_all_that_follow()
    {
        var mirror = new QubesMirror(Socket);
        await mirror.LoadAsync(Ct);
        await using var following = mirror.FollowAsync(Ct).GetAsyncEnumerator(Ct);
        await Client.MustAsync("admin.property.Set", "default_netvm", "dom0", "", Ct);
        Assert.True(await following.MoveNextAsync().AsTask().WaitAsync(Limit, Ct));
        Assert.Equal("", Named(mirror.State, "work").Value["properties"]!["netvm"]!["value"]!.GetValue<string>());
        Assert.Equal("", mirror.State["properties"]!["default_netvm"]!["value"]!.GetValue<string>());
    }

    [Fact]
    public async Task After_a_restart_a_client_continues_where_it_was()
    {
        var mirror = new QubesMirror(Socket);
        await mirror.LoadAsync(Ct);
        await Client.MustAsync("admin.vm.tag.Set", "before-the-crash", "work", "", Ct);
        await daemon!.KillAsync(Ct);
        daemon = await root!.StartAsync(Ct);
        await Client.MustAsync("admin.vm.tag.Set", "after-the-crash", "work", "", Ct);
        var state = await StateAsync();
        await using var following = mirror.FollowAsync(Ct).GetAsyncEnumerator(Ct);
        while (mirror.Position < Position(state))
            Assert.True(await following.MoveNextAsync().AsTask().WaitAsync(Limit, Ct) && following.Current is not null, "it began anew");
        Assert.True(JsonNode.DeepEquals(state, mirror.State));
    }

    [Fact]
    public async Task A_client_whose_position_is_lost_begins_anew()
    {
        var reply = await Client.CallAsync("qubes.cqrs.Changes", "999999999", "dom0", "", Ct);
        Assert.Equal("1\0\0connection-established\0\0" + "1\0\0events-lost\0\0", reply.Text);

        // A copy from another life of the system: the client notices and reads the state again.
        var mirror = new QubesMirror(Socket);
        await mirror.LoadAsync(Ct);
        typeof(QubesMirror).GetProperty(nameof(QubesMirror.Position))!.SetValue(mirror, 999_999_999L);
        await using var following = mirror.FollowAsync(Ct).GetAsyncEnumerator(Ct);
        Assert.True(await following.MoveNextAsync().AsTask().WaitAsync(Limit, Ct));
        Assert.Null(following.Current);
        Assert.True(JsonNode.DeepEquals(await StateAsync(), mirror.State));
    }

    [Fact]
    public async Task What_is_no_position_is_refused()
    {
        foreach (var argument in new[] { "", "-1", "+1", "1.5", "0x1", "99999999999999999999", "x" })
        {
            var reply = await Client.CallAsync("qubes.cqrs.Changes", argument, "dom0", "", Ct);
            Assert.True(reply.ExceptionType == "ProtocolError", $"{argument}: {reply}");
        }
    }

    [Fact]
    public async Task Another_caller_sees_what_the_policy_lets_it_see()
    {
        var state = JsonNode.Parse(await Client.MustAsync("qubes.cqrs.State", "", "dom0", "", Ct, source: "work"))!.AsObject();
        Assert.Equal(["format", "position", "qubes"], state.Select(member => member.Key));
        var listed = (await Client.MustAsync("admin.vm.List", "", "dom0", "", Ct, source: "work")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(listed.Select(line => line.Split(' ')[0]), state["qubes"]!.AsObject().Select(qube => qube.Value!["name"]!.GetValue<string>()));
        Assert.Contains("work", listed.Select(line => line.Split(' ')[0]));
        Assert.All(state["qubes"]!.AsObject(), qube => Assert.Equal(["name", "class", "power_state", "devices"], qube.Value!.AsObject().Select(member => member.Key)));
    }

    [Fact]
    public async Task The_client_in_python_stays_equal_to_the_state()
    {
        var start = Position(await StateAsync());
        await ChangeAtRandomAsync(new Random(2), 10);
        var until = Position(await StateAsync()) + 20;
        var info = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(Repository.Root, "docs", "clients", "qubes_mirror.py"), Socket, $"{until}" })
            info.ArgumentList.Add(argument);
        using var python = Process.Start(info)!;
        try
        {
            Assert.InRange(long.Parse(await LineAsync(python), CultureInfo.InvariantCulture), start, until);
            for (var number = 0; Position(await StateAsync()) < until; number++)
                await Client.MustAsync("admin.vm.feature.Set", $"python-{number % 3}", "work", $"{number}", Ct);
            var state = await StateAsync();
            var line = await LineAsync(python);
            while (!line.StartsWith('{'))
                line = await LineAsync(python);
            Assert.True(JsonNode.DeepEquals(state, JsonNode.Parse(line)), $"{line}\nis not\n{state}");
            await python.WaitForExitAsync(Ct).WaitAsync(Limit, Ct);
            Assert.Equal(0, python.ExitCode);
        }
        finally
        {
            if (!python.HasExited)
                python.Kill();
        }
    }

    private static async Task<string> LineAsync(Process process) =>
        await process.StandardOutput.ReadLineAsync(Ct).AsTask().WaitAsync(Limit, Ct)
        ?? throw new InvalidDataException(await process.StandardError.ReadToEndAsync(Ct));

    private async Task<JsonObject> StateAsync() => JsonNode.Parse(await Client.MustAsync("qubes.cqrs.State", "", "dom0", "", Ct))!.AsObject();

    private static long Position(JsonObject state) => state["position"]!.GetValue<long>();

    private static KeyValuePair<string, JsonNode> Named(JsonObject state, string name) =>
        state["qubes"]!.AsObject().Where(qube => qube.Value!["name"]!.GetValue<string>() == name)
            .Select(qube => KeyValuePair.Create(qube.Key, qube.Value!)).Single();

    private async Task AssertIsAsync(JsonNode qube)
    {
        var name = qube["name"]!.GetValue<string>();
        Assert.Equal(await GetAllAsync("admin.vm.property.GetAll", name), Shown(qube["properties"]!));
        Assert.Equal(await LinesAsync("admin.vm.tag.List", name), qube["tags"]!.AsArray().Select(tag => tag!.GetValue<string>()));
        Assert.Equal(await LinesAsync("admin.vm.volume.List", name), qube["volumes"]!.AsObject().Select(volume => volume.Key));
        Assert.Equal(await LinesAsync("admin.vm.feature.List", name), qube["features"]!.AsObject().Select(feature => feature.Key));
        foreach (var (feature, value) in qube["features"]!.AsObject())
            Assert.Equal(await Client.MustAsync("admin.vm.feature.Get", feature, name, "", Ct), value!.GetValue<string>());
        foreach (var (property, facts) in qube["properties"]!.AsObject().Where(entry => entry.Value!["default_value"] is not null))
        {
            var standard = await Client.MustAsync("admin.vm.property.GetDefault", property, name, "", Ct);
            Assert.Equal(standard, $"type={facts!["type"]} {facts["default_value"]}");
        }
    }

    private async Task<string[]> LinesAsync(string method, string dest) =>
        (await Client.MustAsync(method, "", dest, "", Ct)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task<string[]> GetAllAsync(string method, string dest) => LinesAsync(method, dest);

    private static IEnumerable<string> Shown(JsonNode properties) => properties.AsObject().Select(entry =>
    {
        var value = entry.Value!["value"]!.GetValue<string>().Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return $"{entry.Key} default={(entry.Value["default"]!.GetValue<bool>() ? "True" : "False")} type={entry.Value["type"]} {value}";
    });

    private async Task ChangeAtRandomAsync(Random random, int count = 60)
    {
        string[] names = ["work", "sys-net", "tpl", "rem", "dom0"];
        for (var number = 0; number < count; number++)
        {
            var name = names[random.Next(names.Length)];
            await (random.Next(8) switch
            {
                0 => Client.CallAsync("admin.vm.tag.Set", $"t{random.Next(5)}", name, "", Ct),
                1 => Client.CallAsync("admin.vm.tag.Remove", $"t{random.Next(5)}", name, "", Ct),
                2 => Client.CallAsync("admin.vm.feature.Set", $"f{random.Next(5)}", name, $"{number}", Ct),
                3 => Client.CallAsync("admin.vm.feature.Remove", $"f{random.Next(5)}", name, "", Ct),
                4 => Client.CallAsync("admin.vm.property.Set", "netvm", name, random.Next(2) == 0 ? "sys-net" : "", Ct),
                5 => Client.CallAsync("admin.vm.property.Reset", "netvm", name, "", Ct),
                6 => Client.CallAsync("admin.vm.Create.AppVM", "tpl", "dom0", $"name=new{random.Next(4)} label=green", Ct),
                _ => Client.CallAsync("admin.vm.Remove", "", $"new{random.Next(4)}", "", Ct),
            });
        }
    }

    private static void AssertContains(JsonNode expected, JsonNode? actual, string path)
    {
        if (expected is not JsonObject members)
        {
            Assert.True(JsonNode.DeepEquals(expected, actual), $"{path} is {actual?.ToJsonString() ?? "not there"}, not {expected.ToJsonString()}");
            return;
        }

        foreach (var (name, value) in members)
            AssertContains(value!, (actual as JsonObject)?[name], $"{path}.{name}");
    }
}
