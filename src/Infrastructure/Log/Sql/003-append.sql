-- One commit of the writer in one round trip. Raises QB001 when the epoch is not the writer's, QB002 when a stream does not stand where
-- the writer saw it last; a foreign event at one of the positions or versions violates a key. In each case nothing is appended.

create function qubes.qubes_append_one(
    my_epoch bigint, place bigint, event_id uuid, stream varchar, stream_type varchar, stream_version bigint, body jsonb, event_type varchar,
    event_time timestamptz, clr_type varchar, correlation varchar, causation varchar, names jsonb, caller varchar)
returns void language plpgsql as $$
begin
    update qubes.qubes_writer set epoch = my_epoch where epoch = my_epoch;
    if not found then
        raise exception 'the epoch % is over', my_epoch using errcode = 'QB001';
    end if;
    if stream_version = 1 then
        insert into qubes.mt_streams (id, type, version, timestamp, created, tenant_id, is_archived)
        values (stream, stream_type, 1, event_time, event_time, '*DEFAULT*', false);
    else
        update qubes.mt_streams set version = stream_version, timestamp = event_time where id = stream and version = stream_version - 1;
        if not found then
            raise exception 'the stream is not at version %', stream_version - 1 using errcode = 'QB002';
        end if;
    end if;
    insert into qubes.mt_events (
        seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type,
        correlation_id, causation_id, headers, user_name, is_archived)
    values (
        place, event_id, stream, stream_version, body, null, event_type, event_time, '*DEFAULT*', clr_type,
        correlation, causation, names, caller, false);
end;
$$;

-- The same for several events: the first five arrays have an element for each stream, the others one for each event.
create function qubes.qubes_append(
    my_epoch bigint, stream_ids varchar[], stream_types varchar[], versions_before bigint[], versions_after bigint[], stream_times timestamptz[],
    positions bigint[], event_ids uuid[], streams varchar[], stream_versions bigint[], bodies jsonb[], event_types varchar[],
    event_times timestamptz[], clr_types varchar[], correlations varchar[], causations varchar[], names jsonb[], callers varchar[])
returns void language plpgsql as $$
declare
    touched bigint;
    added bigint;
begin
    update qubes.qubes_writer set epoch = my_epoch where epoch = my_epoch;
    if not found then
        raise exception 'the epoch % is over', my_epoch using errcode = 'QB001';
    end if;
    update qubes.mt_streams as known set version = change.after, timestamp = change.moment
    from unnest(stream_ids, versions_before, versions_after, stream_times) as change (id, before, after, moment)
    where known.id = change.id and known.version = change.before and change.before > 0;
    get diagnostics touched = row_count;
    insert into qubes.mt_streams (id, type, version, timestamp, created, tenant_id, is_archived)
    select change.id, change.type, change.after, change.moment, change.moment, '*DEFAULT*', false
    from unnest(stream_ids, stream_types, versions_before, versions_after, stream_times) as change (id, type, before, after, moment)
    where change.before = 0;
    get diagnostics added = row_count;
    if touched + added <> cardinality(stream_ids) then
        raise exception '% streams are not where they were', cardinality(stream_ids) - touched - added using errcode = 'QB002';
    end if;
    insert into qubes.mt_events (
        seq_id, id, stream_id, version, data, bdata, type, timestamp, tenant_id, mt_dotnet_type,
        correlation_id, causation_id, headers, user_name, is_archived)
    select
        event.place, event.id, event.stream, event.version, event.body, null, event.type, event.moment, '*DEFAULT*', event.clr_type,
        event.correlation, event.causation, event.names, event.caller, false
    from unnest(
        positions, event_ids, streams, stream_versions, bodies, event_types, event_times, clr_types, correlations, causations, names, callers)
        as event (place, id, stream, version, body, type, moment, clr_type, correlation, causation, names, caller);
end;
$$;
