namespace Qubes.Cqrs.Infrastructure.Tests;

/// <summary>The tables are Marten's, to the last name; what is ours lies beside them.</summary>
public sealed class SchemaTests(TestServer server)
{
    private const string Columns = """
        select table_name || '.' || ordinal_position || ' ' || column_name || ' ' || data_type || coalesce('(' || character_maximum_length || ')', '')
            || case is_nullable when 'NO' then ' not null' else '' end
            || case when column_default is null then '' when table_name = 'mt_events' and column_name = 'timestamp' then ' default constant'
               else ' default ' || column_default end
        from information_schema.columns where table_schema = 'qubes' and table_name like 'mt\_%' order by table_name, ordinal_position
        """;

    private const string Keys = """
        select relname || ' ' || conname || ' ' || pg_get_constraintdef(pg_constraint.oid)
        from pg_constraint join pg_class on pg_class.oid = conrelid
        where connamespace = 'qubes'::regnamespace and relname like 'mt\_%' and set_config('search_path', '', false) = '' order by 1
        """;

    private const string Functions = """
        select proname || '(' || pg_get_function_arguments(oid) || ') ' || pg_get_function_result(oid)
        from pg_proc where pronamespace = 'qubes'::regnamespace and proname like 'mt\_%' order by 1
        """;

    [Fact]
    public async Task The_tables_are_those_that_Marten_makes()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using (await database.OpenAsync())
        {
        }

        Assert.Equal(
            """
            mt_doc_deadletterevent.1 id uuid not null
            mt_doc_deadletterevent.2 data jsonb not null
            mt_doc_deadletterevent.3 mt_last_modified timestamp with time zone default transaction_timestamp()
            mt_doc_deadletterevent.4 mt_version uuid not null default (md5(((random())::text || (clock_timestamp())::text)))::uuid
            mt_doc_deadletterevent.5 mt_dotnet_type character varying
            mt_event_progression.1 name character varying not null
            mt_event_progression.2 last_seq_id bigint
            mt_event_progression.3 last_updated timestamp with time zone default transaction_timestamp()
            mt_events.1 seq_id bigint not null
            mt_events.2 id uuid not null
            mt_events.3 stream_id character varying
            mt_events.4 version bigint not null
            mt_events.5 data jsonb not null
            mt_events.6 bdata bytea
            mt_events.7 type character varying(500) not null
            mt_events.8 timestamp timestamp with time zone not null default constant
            mt_events.9 tenant_id character varying default '*DEFAULT*'::character varying
            mt_events.10 mt_dotnet_type character varying
            mt_events.11 correlation_id character varying
            mt_events.12 causation_id character varying
            mt_events.13 headers jsonb
            mt_events.14 user_name character varying
            mt_events.15 is_archived boolean default false
            mt_high_water_skips.1 ending_sequence bigint not null
            mt_high_water_skips.2 starting_sequence bigint not null
            mt_high_water_skips.3 timestamp timestamp with time zone default transaction_timestamp()
            mt_streams.1 id character varying not null
            mt_streams.2 type character varying
            mt_streams.3 version bigint
            mt_streams.4 timestamp timestamp with time zone not null default now()
            mt_streams.5 created timestamp with time zone not null default now()
            mt_streams.6 tenant_id character varying default '*DEFAULT*'::character varying
            mt_streams.7 is_archived boolean default false
            """.Split('\n'),
            await database.ListAsync(Columns));
        Assert.Equal(
            """
            mt_doc_deadletterevent pkey_mt_doc_deadletterevent_id PRIMARY KEY (id)
            mt_event_progression pk_mt_event_progression PRIMARY KEY (name)
            mt_events fkey_mt_events_stream_id FOREIGN KEY (stream_id) REFERENCES qubes.mt_streams(id) ON DELETE CASCADE
            mt_events pkey_mt_events_seq_id PRIMARY KEY (seq_id)
            mt_high_water_skips pkey_mt_high_water_skips_ending_sequence PRIMARY KEY (ending_sequence)
            mt_streams pkey_mt_streams_id PRIMARY KEY (id)
            """.Split('\n'),
            await database.ListAsync(Keys));
        Assert.Equal(
            """
            mt_mark_event_progression(name character varying, last_encountered bigint) void
            mt_mark_progression_with_skip(shard_name character varying, ending_sequence bigint, starting_sequence bigint) bigint
            """.Split('\n'),
            await database.ListAsync(Functions));
        Assert.Equal(
            ["CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON qubes.mt_events USING btree (stream_id, version)",
             "CREATE UNIQUE INDEX pkey_mt_events_seq_id ON qubes.mt_events USING btree (seq_id)"],
            await database.ListAsync("select indexdef from pg_indexes where schemaname = 'qubes' and tablename = 'mt_events' order by indexname"));
        Assert.Equal(
            "mt_events seq_id bigint 1 1 1 9223372036854775807 1 NO",
            await database.QueryAsync<string>("""
                select format('%s %s %s %s %s %s %s %s %s', c.relname, a.attname, s.data_type, s.start_value, s.increment_by, s.min_value, s.max_value, s.cache_size,
                    case when s.cycle then 'YES' else 'NO' end)
                from pg_sequences s join pg_depend d on d.objid = 'qubes.mt_events_sequence'::regclass and d.deptype = 'a'
                join pg_class c on c.oid = d.refobjid join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid where s.schemaname = 'qubes'
                """));
        Assert.Equal(
            0L, await database.QueryAsync<long>("select count(*) from pg_trigger where not tgisinternal and tgrelid in (select oid from pg_class where relnamespace = 'qubes'::regnamespace)"));
    }

    [Fact]
    public async Task The_functions_of_Martens_daemon_work()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using (await database.OpenAsync())
        {
        }

        await database.ExecuteAsync("select qubes.mt_mark_event_progression('View:All', 5); select qubes.mt_mark_event_progression('View:All', 7)");
        Assert.Equal(7, await database.QueryAsync<long>("select last_seq_id from qubes.mt_event_progression where name = 'View:All'"));
        Assert.Equal(7, await database.QueryAsync<long>("select qubes.mt_mark_progression_with_skip('View:All', 9, 6)"));
        Assert.Equal(9, await database.QueryAsync<long>("select qubes.mt_mark_progression_with_skip('View:All', 9, 7)"));
        Assert.Equal(4, await database.QueryAsync<long>("select qubes.mt_mark_progression_with_skip('New:All', 4, 0)"));
        Assert.Equal(["9 7", "4 0"], await database.ListAsync("select ending_sequence || ' ' || starting_sequence from qubes.mt_high_water_skips order by ending_sequence desc"));
    }

    [Fact]
    public async Task Opening_again_changes_nothing_and_a_newer_schema_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using (await database.OpenAsync())
        {
        }

        await using (await database.OpenAsync())
        {
        }

        Assert.Equal(["1", "2", "3", "4"], await database.ListAsync("select version::text from qubes.qubes_schema order by version"));
        await database.ExecuteAsync("insert into qubes.qubes_schema values (99, 'from the future', now())");
        var refused = await Assert.ThrowsAsync<LogRefusedException>(() => database.OpenAsync());
        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<LogRefusedException>(() => database.OpenAsync(options => options with { ReadOnly = true }));
        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reading_a_database_without_a_log_says_so()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var refused = await Assert.ThrowsAsync<LogRefusedException>(() => database.OpenAsync(options => options with { ReadOnly = true }));
        Assert.Contains("no event log", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create table qubes.mt_streams (id uuid primary key)", "keyed by uuid")]
    [InlineData("create table qubes.mt_streams (tenant_id varchar, id varchar, primary key (tenant_id, id))", "several tenants")]
    [InlineData("create table qubes.mt_events (seq_id bigint, is_archived boolean) partition by list (is_archived)", "partitioned")]
    [InlineData("create table qubes.mt_dcb_tag_version (id int)", "event tags")]
    [InlineData("create table qubes.mt_events (seq_id bigint primary key)", "did not make")]
    public async Task Marten_tables_of_another_kind_are_refused_and_left_alone(string sql, string what)
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await database.ExecuteAsync("create schema qubes; " + sql);
        var refused = await Assert.ThrowsAsync<LogRefusedException>(() => database.OpenAsync());
        Assert.Contains(what, refused.Message, StringComparison.Ordinal);
        Assert.Contains("database of its own", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await database.QueryAsync<long>("select count(*) from information_schema.tables where table_schema = 'qubes'"));
    }

    [Fact]
    public async Task A_script_that_fails_leaves_nothing_behind()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await database.ExecuteAsync("create schema qubes; create table qubes.qubes_snapshots (x int)");
        await Assert.ThrowsAnyAsync<Exception>(() => database.OpenAsync());
        Assert.Equal(["qubes_snapshots"], await database.ListAsync("select table_name::text from information_schema.tables where table_schema = 'qubes'"));
    }

    [Fact]
    public async Task The_owner_of_the_database_needs_no_other_right()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var role = "owner_" + Guid.NewGuid().ToString("N");
        var name = new Npgsql.NpgsqlConnectionStringBuilder(database.ConnectionString).Database;
        await server.ExecuteAsync($"create role {role} nosuperuser; alter database {name} owner to {role}; alter database {name} set role = {role}");
        try
        {
            await using var log = await database.OpenAsync();
            await log.Appender.AppendAsync(Given.Tags(1, "a"), CancellationToken.None);
            await log.Appender.AppendAsync(Given.Tags(1, "b"), CancellationToken.None);
            Assert.Equal(role, await database.QueryAsync<string>("select tableowner::text from pg_tables where tablename = 'mt_events'"));
        }
        finally
        {
            await server.ExecuteAsync($"alter database {name} reset role; alter database {name} owner to current_user");
            await database.ExecuteAsync($"reassign owned by {role} to current_user; drop role {role}");
        }
    }
}
