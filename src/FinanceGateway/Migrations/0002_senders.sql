-- Several senders, leased to gateways; several signed versions of one transaction; operations that wait for each other.

-- The genesis of the chain that the stored transactions belong to. A node of another chain is refused.
create table gateway.chain (
    chain_id      bigint primary key,
    genesis_hash  bytea  not null check (length(genesis_hash) = 32)
);

-- Gateways that submit. One that is not seen for the length of a lease has no share of the senders.
create table gateway.instance (
    instance_id  uuid        primary key,
    seen_at      timestamptz not null
);

-- epoch grows with every change of the holder. Whoever writes for a sender locks its row by the epoch of its own lease, so that a gateway
-- which was paused and wakes up finds no row and writes nothing.
alter table gateway.sender
    add column holder uuid,
    add column epoch bigint not null default 0,
    add column lease_until timestamptz not null default '-infinity';

-- Everything that was ever signed for a transaction's nonce; any of it may be mined. kind: 1 the batch, 2 a no-operation that frees the nonce.
-- Fees are wei per gas.
create table gateway.transaction_version (
    transaction_hash          bytea        primary key check (length(transaction_hash) = 32),
    transaction_id            bigint       not null references gateway.transaction,
    kind                      smallint     not null check (kind in (1, 2)),
    raw                       bytea        not null,
    max_fee_per_gas           numeric(78)  not null,
    max_priority_fee_per_gas  numeric(78)  not null,
    signed_at                 timestamptz  not null default now()
);
create index transaction_version_of on gateway.transaction_version (transaction_id, signed_at);

insert into gateway.transaction_version (transaction_hash, transaction_id, kind, raw, max_fee_per_gas, max_priority_fee_per_gas, signed_at)
select transaction_hash, transaction_id, 1, raw, 0, 0, signed_at from gateway.transaction;

-- transaction_hash is from now on the version that counts: the latest one, and the mined one once it has ended.
-- status 5: a no-operation took its nonce. operations 0: a no-operation that fills a gap.
alter table gateway.transaction
    drop column raw,
    drop constraint transaction_operations_check,
    add constraint transaction_operations_check check (operations >= 0);
drop index gateway.transaction_open;
create index transaction_open on gateway.transaction (chain_id, sender, nonce) where status = 1;
create index transaction_recast on gateway.transaction (chain_id) where status = 1 and recast_block = 0;

-- order_keys: what the operation touches and only one operation at a time may touch. waits_for: the operations that waited with one of
-- its keys when it was accepted. changes_party: keeps its place among all operations of its client.
-- end_sequence: the order in which operations ended, for those who follow them.
alter table gateway.operation
    add column order_keys bigint[] not null default '{}',
    add column changes_party boolean not null default false,
    add column waits_for uuid[],
    add column end_sequence bigint;
create sequence gateway.end_sequence as bigint;
alter table gateway.operation set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);

drop index gateway.operation_queued;
create index operation_queued on gateway.operation (client_id, sequence) where status = 1;
create index operation_order on gateway.operation using gin (order_keys) with (fastupdate = off) where status in (1, 2);
create index operation_changing on gateway.operation (client_id, sequence) where status in (1, 2) and changes_party;
create index operation_ended on gateway.operation (client_id, end_sequence) where end_sequence is not null;

with ended as (select operation_id, row_number() over (order by ended_at, sequence) as place from gateway.operation where status in (3, 4))
update gateway.operation o set end_sequence = ended.place from ended where ended.operation_id = o.operation_id;
select setval('gateway.end_sequence', (select coalesce(max(end_sequence), 0) + 1 from gateway.operation), false);
