-- What changes about an operation leaves its row. The row says what was asked and is written once, calldata and keys with it; where the operation
-- stands is said by small rows that come and go. Each of the three steps of an operation had copied the whole row and most of its indexes.
--
-- No foreign keys lead from these rows to gateway.operation or gateway.transaction: whoever writes them takes the ids, in the same statement, from the
-- rows that they belong to, which are never deleted afterwards.

-- What an operation keeps for itself until it has ended: its own hash, so that the same is not accepted twice, and what only one at a time may touch.
create table gateway.operation_claim (
    operation_hash bytea    primary key check (length(operation_hash) = 32),
    operation_id   uuid     not null,
    client_id      text     not null,
    changes_party  boolean  not null,
    order_keys     bigint[] not null
);
create index operation_claim_order on gateway.operation_claim using gin (order_keys) with (fastupdate = off);
create index operation_claim_changing on gateway.operation_claim (client_id) where changes_party;

-- Waits for a transaction. The name was that of an index.
drop index gateway.operation_queued;
create table gateway.operation_queued (
    client_id    text        not null,
    sequence     bigint      not null,
    operation_id uuid        not null,
    received_at  timestamptz not null,
    primary key (client_id, sequence)
);

-- Its place in the transaction that holds it, from 0. The key makes two transactions for one operation impossible.
create table gateway.operation_place (
    operation_id   uuid   primary key,
    transaction_id bigint not null,
    position       int    not null,
    unique (transaction_id, position)
);

-- What the ledger said of it, copied from the indexed event that ended it. end_sequence: the order in which operations ended.
create table gateway.operation_outcome (
    operation_id uuid        primary key,
    client_id    text        not null,
    end_sequence bigint      not null default nextval('gateway.end_sequence'),
    status       smallint    not null check (status in (3, 4)),  -- 3 final, 4 refused by the ledger
    ended_at     timestamptz not null default now(),
    block_number bigint      not null,
    log_index    int         not null,
    event_kind   smallint    not null,
    topics       bytea       not null,
    data         bytea       not null
);
create index operation_outcome_of_client on gateway.operation_outcome (client_id, end_sequence);

alter table gateway.operation_claim set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
alter table gateway.operation_queued set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);

insert into gateway.operation_claim (operation_hash, operation_id, client_id, changes_party, order_keys)
select operation_hash, operation_id, client_id, changes_party, order_keys from gateway.operation where status in (1, 2);
insert into gateway.operation_queued (client_id, sequence, operation_id, received_at)
select client_id, sequence, operation_id, received_at from gateway.operation where status = 1;
insert into gateway.operation_place (operation_id, transaction_id, position)
select operation_id, transaction_id, position from gateway.operation where status <> 1 and transaction_id is not null;
insert into gateway.operation_outcome (
    operation_id, client_id, end_sequence, status, ended_at, block_number, log_index, event_kind, topics, data)
select operation_id, client_id, end_sequence, status, ended_at, block_number, log_index, event_kind, topics, data
from gateway.operation where status in (3, 4);

-- Indexes that name these columns go with them.
drop trigger operation_ended on gateway.operation;
alter table gateway.operation
    drop column status, drop column transaction_id, drop column position, drop column ended_at, drop column block_number, drop column log_index,
    drop column event_kind, drop column topics, drop column data, drop column end_sequence,
    drop constraint operation_sequence_key,
    reset (autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);

-- Where an operation stands, side by side with what was asked. status: 1 queued, 2 submitted, 3 final, 4 refused by the ledger.
create view gateway.operation_state as
select o.operation_id, o.sequence, o.client_id, o.idempotency_key, o.kind, o.calldata, o.operation_hash, o.received_at,
       coalesce(e.status, case when p.operation_id is null then 1 else 2 end)::smallint as status,
       p.transaction_id, p.position, t.transaction_hash, t.signed_at,
       e.end_sequence, e.ended_at, e.block_number, e.log_index, e.event_kind, e.topics, e.data
from gateway.operation o
left join gateway.operation_place p on p.operation_id = o.operation_id
left join gateway.transaction t on t.transaction_id = p.transaction_id
left join gateway.operation_outcome e on e.operation_id = o.operation_id;

-- As before: in the statement that ends operations, and again when a chain that lost its tail gave an operation another end.
create or replace function gateway.announce_ended() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into gateway.webhook_delivery (webhook_id, operation_id)
        select w.webhook_id, after.operation_id
        from outcomes_after after join gateway.webhook w on w.client_id = after.client_id and w.removed_at is null
        order by after.end_sequence;
    else
        insert into gateway.webhook_delivery (webhook_id, operation_id)
        select w.webhook_id, after.operation_id
        from outcomes_after after
        join outcomes_before before on before.operation_id = after.operation_id and before.status <> after.status
        join gateway.webhook w on w.client_id = after.client_id and w.removed_at is null
        order by after.end_sequence;
    end if;
    return null;
end $$;

create trigger operation_ended after insert on gateway.operation_outcome
    referencing new table as outcomes_after for each statement execute function gateway.announce_ended();
create trigger operation_ended_otherwise after update on gateway.operation_outcome
    referencing old table as outcomes_before new table as outcomes_after for each statement execute function gateway.announce_ended();
