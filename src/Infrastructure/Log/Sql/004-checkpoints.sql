-- The tree over the hashes of the events, and what the daemon signed of it (docs/proofs.md).

-- Level 0 holds the leaves, each level above the roots of full rows of the one below; 256 hashes of 32 bytes make a row full.
-- Rows reach as far as the newest checkpoint and only ever grow.
create table qubes.qubes_merkle (
    level smallint not null,
    tile bigint not null,
    hashes bytea not null,
    constraint qubes_merkle_pkey primary key (level, tile)
);

alter table qubes.qubes_merkle alter column hashes set storage external; -- hashes do not compress

-- Signed checkpoints as they went out. is_refused: an administrator set it aside, because the log no longer fits it.
create table qubes.qubes_checkpoints (
    number bigint generated always as identity,
    size bigint not null,
    note text not null,
    is_refused boolean not null default false,
    constraint qubes_checkpoints_pkey primary key (number)
);

create index qubes_checkpoints_size on qubes.qubes_checkpoints (size);
