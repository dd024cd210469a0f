-- The event store's tables in Marten 9's layout, unmodified: string-keyed streams, single tenancy, every metadata column.
-- Nothing of ours may be added to these: no column, no index, no trigger. What is ours is called qubes_*.

create table qubes.mt_streams (
    id varchar not null,
    type varchar,
    version bigint,
    timestamp timestamptz not null default (now()),
    created timestamptz not null default (now()),
    tenant_id varchar default '*DEFAULT*',
    is_archived boolean default false,
    constraint pkey_mt_streams_id primary key (id)
);

-- The default of "timestamp" is a constant, the moment of this statement: Marten's own quirk. The writer always gives a value.
create table qubes.mt_events (
    seq_id bigint not null,
    id uuid not null,
    stream_id varchar,
    version bigint not null,
    data jsonb not null,
    bdata bytea,
    type varchar(500) not null,
    timestamp timestamptz not null default '(now())',
    tenant_id varchar default '*DEFAULT*',
    mt_dotnet_type varchar,
    correlation_id varchar,
    causation_id varchar,
    headers jsonb,
    user_name varchar,
    is_archived boolean default false,
    constraint pkey_mt_events_seq_id primary key (seq_id),
    constraint fkey_mt_events_stream_id foreign key (stream_id) references qubes.mt_streams (id) on delete cascade
);

create unique index pk_mt_events_stream_and_version on qubes.mt_events (stream_id, version);

create sequence qubes.mt_events_sequence owned by qubes.mt_events.seq_id;

create table qubes.mt_event_progression (
    name varchar not null,
    last_seq_id bigint,
    last_updated timestamptz default (transaction_timestamp()),
    constraint pk_mt_event_progression primary key (name)
);

create table qubes.mt_high_water_skips (
    ending_sequence bigint not null,
    starting_sequence bigint not null,
    timestamp timestamptz default (transaction_timestamp()),
    constraint pkey_mt_high_water_skips_ending_sequence primary key (ending_sequence)
);

create table qubes.mt_doc_deadletterevent (
    id uuid not null,
    data jsonb not null,
    mt_last_modified timestamptz default (transaction_timestamp()),
    mt_version uuid not null default (md5(random()::text || clock_timestamp()::text)::uuid),
    mt_dotnet_type varchar,
    constraint pkey_mt_doc_deadletterevent_id primary key (id)
);

-- The two functions that Marten's daemon calls, with Marten's names and arguments.
create function qubes.mt_mark_event_progression(name varchar, last_encountered bigint) returns void language plpgsql as $$
begin
    insert into qubes.mt_event_progression as progress (name, last_seq_id, last_updated)
    values (mt_mark_event_progression.name, last_encountered, transaction_timestamp())
    on conflict on constraint pk_mt_event_progression
    do update set last_seq_id = excluded.last_seq_id, last_updated = excluded.last_updated;
end;
$$;

-- Moves a shard over a gap, unless somebody else moved it meanwhile, and notes the gap; returns where the shard stands then.
-- A shard without a row counts as standing at the gap.
create function qubes.mt_mark_progression_with_skip(shard_name varchar, ending_sequence bigint, starting_sequence bigint)
returns bigint language plpgsql as $$
declare
    stands_at bigint;
begin
    insert into qubes.mt_event_progression as progress (name, last_seq_id, last_updated)
    values (shard_name, mt_mark_progression_with_skip.ending_sequence, transaction_timestamp())
    on conflict on constraint pk_mt_event_progression
    do update set last_seq_id = excluded.last_seq_id, last_updated = excluded.last_updated
    where progress.last_seq_id = mt_mark_progression_with_skip.starting_sequence or progress.last_seq_id is null;
    if found then
        insert into qubes.mt_high_water_skips (ending_sequence, starting_sequence)
        values (mt_mark_progression_with_skip.ending_sequence, mt_mark_progression_with_skip.starting_sequence)
        on conflict on constraint pkey_mt_high_water_skips_ending_sequence do nothing;
    end if;
    select progress.last_seq_id into stands_at from qubes.mt_event_progression as progress where progress.name = shard_name;
    return stands_at;
end;
$$;
