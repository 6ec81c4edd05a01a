-- Where clients want to be told that an operation ended, and what is to be told them. The secrets of webhooks are not here: they are derived from a key
-- in the keys directory, so that nobody can sign a delivery with a copy of this database.

create table gateway.webhook (
    webhook_id      uuid        primary key,
    client_id       text        not null references gateway.client,
    url             text        not null,
    secret_version  int         not null default 1,
    previous_until  timestamptz,                              -- until then the secret before this one signs too
    created_at      timestamptz not null default now(),
    removed_at      timestamptz,
    failures        int         not null default 0,           -- in a row
    next_attempt_at timestamptz not null default now(),
    claimed_until   timestamptz                               -- a gateway is at it; when it dies another one may take over after this
);

create index webhook_of_client on gateway.webhook (client_id) where removed_at is null;

-- The outbox. The sequence is the id by which a receiver knows a delivery again, and the order in which operations ended.
create table gateway.webhook_delivery (
    sequence         bigint      generated always as identity primary key,
    webhook_id       uuid        not null references gateway.webhook,
    operation_id     uuid        not null references gateway.operation,
    status           smallint    not null default 1,          -- 1 waiting, 2 delivered, 3 parked
    attempts         int         not null default 0,
    created_at       timestamptz not null default now(),
    last_attempt_at  timestamptz,
    last_answer      text
);

create index webhook_delivery_of_webhook on gateway.webhook_delivery (webhook_id, sequence);
create index webhook_delivery_waiting on gateway.webhook_delivery (webhook_id, sequence) where status = 1;
create index webhook_delivery_old on gateway.webhook_delivery (last_attempt_at) where status = 2;

-- In the statement that ends operations, whichever that is: what ended is in the outbox or has not ended. Again when a reorganisation of the chain
-- turned a final operation into a refused one, or the other way round.
create function gateway.announce_ended() returns trigger language plpgsql as $$
begin
    insert into gateway.webhook_delivery (webhook_id, operation_id)
    select w.webhook_id, after.operation_id
    from operations_after after
    join operations_before before on before.operation_id = after.operation_id and before.status <> after.status
    join gateway.webhook w on w.client_id = after.client_id and w.removed_at is null
    where after.status in (3, 4)
    order by after.sequence;
    return null;
end $$;

create trigger operation_ended after update on gateway.operation
    referencing old table as operations_before new table as operations_after
    for each statement execute function gateway.announce_ended();
