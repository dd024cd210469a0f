-- What the daemon keeps beside the log.

-- One row: whose turn it is to write. Each append checks and keeps its epoch, so that a writer that lost its turn can append nothing.
create table qubes.qubes_writer (
    only_row boolean not null default true,
    epoch bigint not null,
    taken timestamptz not null,
    constraint qubes_writer_pkey primary key (only_row),
    constraint qubes_writer_only_row check (only_row)
);

insert into qubes.qubes_writer (epoch, taken) values (0, now());

-- Snapshots of the world: a cache. hash is the chain hash of the event at position: a snapshot of another history does not count.
create table qubes.qubes_snapshots (
    position bigint not null,
    format integer not null,
    hash bytea not null,
    created timestamptz not null,
    data bytea not null,
    constraint qubes_snapshots_pkey primary key (position)
);

alter table qubes.qubes_snapshots alter column data set storage external; -- compressed already
