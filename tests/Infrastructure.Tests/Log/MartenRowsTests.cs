using System.Text.Json;
using System.Text.RegularExpressions;
using Npgsql;
using Qubes.Cqrs.Domain;

namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>Our rows are what <c>docs/marten.md</c> tells readers with Marten; the shape of the tables is in <see cref="SchemaTests"/>.</summary>
public sealed partial class MartenRowsTests(TestServer server) : IAsyncLifetime
{
    private static readonly string Page = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Documents", "marten.md"));

    private TestDatabase database = null!; // made before each test
    private EventLogHost log = null!; // likewise

    public async ValueTask InitializeAsync()
    {
        database = await TestDatabase.CreateAsync(server);
        log = await database.OpenAsync();
        await log.Appender.AppendAsync([.. SampleEvents.All.Select(sample => new PendingEvent(sample, Given.Time, Given.Metadata))], default);
        await log.Appender.AppendAsync([new PendingEvent(new TagAdded(Given.Qube(1), "a"), Given.Time, new EventMetadata("r", null, "dom0") { Method = "m" })], default);
    }

    public async ValueTask DisposeAsync()
    {
        await log.DisposeAsync();
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Every_column_holds_what_a_reader_needs()
    {
        Assert.Equal(0L, await database.QueryAsync<long>("""
            select count(*) from qubes.mt_events where seq_id is null or id is null or stream_id is null or version is null or type is null or not isfinite(timestamp)
                or bdata is not null or tenant_id is distinct from '*DEFAULT*' or is_archived is distinct from false or mt_dotnet_type is null
                or jsonb_typeof(data) is distinct from 'object' or jsonb_typeof(headers) is distinct from 'object'
                or correlation_id is null or user_name is null or not (headers ?& array['Method', 'Retention', 'Schema', 'Salt', 'Digest', 'Hash'])
            """));
        Assert.Equal(
            (long)SampleEvents.All.Count + 1,
            await database.QueryAsync<long>("select count(*) from qubes.mt_events event join qubes.mt_streams stream on stream.id = event.stream_id"));
        Assert.Equal(0L, await database.QueryAsync<long>("""
            select count(*) from qubes.mt_streams stream where type is null or version is null or version < 1 or timestamp is null or created is null
                or tenant_id is distinct from '*DEFAULT*' or is_archived is distinct from false
                or version <> (select count(*) from qubes.mt_events event where event.stream_id = stream.id)
            """));
        Assert.Equal(0L, await database.QueryAsync<long>(
            "select count(*) from (select version - row_number() over (partition by stream_id order by seq_id) as gap from qubes.mt_events) gaps where gap <> 0"));
    }

    [Fact]
    public async Task The_sequence_stands_at_the_head_after_a_commit() =>
        await Wait.UntilAsync(async () => await database.QueryAsync<bool>(
            "select last_value = (select max(seq_id) from qubes.mt_events) and is_called from qubes.mt_events_sequence"));

    [Fact]
    public async Task Aliases_and_types_belong_together_and_members_have_their_very_names()
    {
        foreach (var row in await database.ListAsync("select type || ' ' || mt_dotnet_type || ' ' || data::text from qubes.mt_events order by seq_id"))
        {
            var (alias, rest) = (row[..row.IndexOf(' ', StringComparison.Ordinal)], row[(row.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
            var type = EventCatalog.Find(alias)!.ClrType; // the log's own alias
            Assert.StartsWith($"{type.FullName}, {type.Assembly.GetName().Name} ", rest, StringComparison.Ordinal);
            using var data = JsonDocument.Parse(rest[rest.IndexOf('{', StringComparison.Ordinal)..]);
            foreach (var member in data.RootElement.EnumerateObject())
            {
                var property = type.GetProperty(member.Name);
                Assert.True(property is not null, $"{type.Name} has no {member.Name}");
                var held = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                Assert.True(!held.IsEnum || member.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null, $"{type.Name}.{member.Name} is no name");
            }
        }
    }

    [Fact]
    public async Task What_was_erased_is_an_empty_object_and_keeps_its_place()
    {
        await log.Eraser.EraseAsync([new LogPosition(3)], default);
        Assert.Equal(
            ["{} property-set Qubes.Cqrs.Domain.PropertySet, Qubes.Cqrs.Domain true object - - -"],
            await database.ListAsync("""
                select concat_ws(' ', data, type, mt_dotnet_type, headers ->> 'Erased', jsonb_typeof(headers), coalesce(user_name, '-'), coalesce(correlation_id, '-'),
                    coalesce(causation_id, '-')) from qubes.mt_events where seq_id = 3
                """));
    }

    [Fact]
    public async Task Nothing_of_ours_has_a_name_of_Martens()
    {
        Assert.DoesNotContain(EventCatalog.All, type => type.Alias is "archived" or "tombstone" || !AliasForm().IsMatch(type.Alias));
        Assert.Equal(EventCatalog.All.Count, EventCatalog.All.Select(type => type.ClrType.FullName).Distinct().Count());
        Assert.All(EventCatalog.All, type => Assert.True(type.ClrType is { IsClass: true, IsNested: false, IsGenericType: false }));
        Assert.Equal(0L, await database.QueryAsync<long>("select count(*) from qubes.mt_streams where id = 'mt_tombstone'"));
        Assert.DoesNotContain(Projections.QubesXmlView.Name, new[] { "HighWaterMark", "HighWaterAllocationFence", "HighWaterStuckGap" });
    }

    [Fact]
    public async Task The_role_of_the_page_can_read_and_follow_but_change_nothing()
    {
        var role = "marten_" + Guid.NewGuid().ToString("N");
        await database.ExecuteAsync(Block("sql").Replace("qubes_marten", role, StringComparison.Ordinal));
        try
        {
            await AsAsync(role, "select count(*) from qubes.mt_events event join qubes.mt_streams stream on stream.id = event.stream_id; select last_value from qubes.mt_events_sequence");
            await AsAsync(role, "select qubes.mt_mark_event_progression('View:All', 5); select qubes.mt_mark_progression_with_skip('View:All', 9, 5); create table marten_views.v (id int); truncate marten_views.v");
            foreach (var refused in (string[])
            [
                "alter table qubes.mt_events drop column user_name", "drop index qubes.pk_mt_events_stream_and_version", "delete from qubes.mt_events",
                "update qubes.mt_events set is_archived = true", "insert into qubes.mt_streams (id, version) values ('x', 0)", "select setval('qubes.mt_events_sequence', 1000)",
                "select * from qubes.qubes_snapshots", "create table qubes.mine (id int)",
            ])
            {
                Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => AsAsync(role, refused))).SqlState);
            }
        }
        finally
        {
            await database.ExecuteAsync($"drop owned by {role} cascade; drop role {role}");
        }
    }

    [Fact]
    public void The_page_names_what_must_be_set()
    {
        var settings = Block("csharp");
        Assert.All(
            ["MetadataConfig.EnableAll()", "MetadataConfig.UserNameEnabled = true", "AutoCreate.None", "StreamIdentity.AsString", "EnumStorage.AsString, Casing.Default",
             "SkipSerializationErrors = false", "SkipUnknownEvents = false", "SkipApplyErrors = false", "Events.DatabaseSchemaName = \"qubes\""],
            setting => Assert.Contains(setting, settings, StringComparison.Ordinal));
        Assert.All(MapLine().Matches(settings), line => Assert.Equal(line.Groups[1].Value, EventCatalog.Find(line.Groups[2].Value)?.ClrType.Name));
    }

    private async Task AsAsync(string role, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"set role {role}; {sql}", connection);
        await command.ExecuteNonQueryAsync();
    }

    private static string Block(string language) => Regex.Match(Page, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;

    [GeneratedRegex("^[a-z][a-z0-9-]*$")]
    private static partial Regex AliasForm();

    [GeneratedRegex("MapEventType<(\\w+)>\\(\"([^\"]+)\"\\)")]
    private static partial Regex MapLine();
}
