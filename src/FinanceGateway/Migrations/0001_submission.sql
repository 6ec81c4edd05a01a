-- Schema gateway: what the chain cannot give back (who asked for what, under which key, and the signed transactions). Back it up.

create table gateway.client (
    client_id    text primary key,
    name         text        not null,
    party        bigint,                                      -- party on the ledger; null for the operator's own desk
    scopes       text[]      not null,
    secret_hash  bytea       not null check (length(secret_hash) = 32), -- SHA-256 of a random 256-bit secret
    created_by   text,
    created_at   timestamptz not null default now(),
    revoked_at   timestamptz
);

-- The account that pays for transactions. next_nonce moves only inside the transaction that stores the signed bytes, so there are no gaps.
create table gateway.sender (
    chain_id     bigint not null,
    address      bytea  not null check (length(address) = 20),
    next_nonce   bigint not null check (next_nonce >= 0),
    primary key (chain_id, address)
);

create table gateway.transaction (
    transaction_id   bigint generated always as identity primary key,
    chain_id         bigint      not null,
    sender           bytea       not null,
    nonce            bigint      not null,
    transaction_hash bytea       not null unique check (length(transaction_hash) = 32),
    raw              bytea       not null,
    gas_limit        bigint      not null,
    operations       int         not null check (operations > 0),
    status           smallint    not null default 1,          -- 1 sent, 2 ended, 3 failed as a whole, 4 superseded at its nonce
    signed_at        timestamptz not null default now(),
    ended_at         timestamptz,
    -- Set when a chain that lost its tail got the bytes again: only events of that block count from then on.
    recast_block     bigint,
    foreign key (chain_id, sender) references gateway.sender
);

create unique index transaction_of_nonce on gateway.transaction (chain_id, sender, nonce) where status <> 4;
create index transaction_open on gateway.transaction (chain_id, sender, nonce) where status = 1;

create table gateway.operation (
    operation_id    uuid        primary key,
    sequence        bigint      generated always as identity unique, -- the order of acceptance, which is the order on the chain
    client_id       text        not null references gateway.client,
    idempotency_key text        not null,
    kind            smallint    not null,
    calldata        bytea       not null,
    operation_hash  bytea       not null check (length(operation_hash) = 32), -- Keccak-256 of the calldata
    status          smallint    not null default 1,           -- 1 queued, 2 submitted, 3 final, 4 refused by the ledger
    received_at     timestamptz not null default now(),
    transaction_id  bigint      references gateway.transaction,
    position        int,                                      -- place in the batch, from 0
    ended_at        timestamptz,
    -- Copied from the indexed event that ended it.
    block_number    bigint,
    log_index       int,
    event_kind      smallint,
    topics          bytea,
    data            bytea,
    unique (client_id, idempotency_key)
);

create index operation_queued on gateway.operation (sequence) where status = 1;
create unique index operation_waiting on gateway.operation (operation_hash) where status in (1, 2);
create index operation_of_transaction on gateway.operation (transaction_id, position) where transaction_id is not null;
create index operation_of_client on gateway.operation (client_id, sequence);

create table gateway.party (
    operation_id uuid        primary key references gateway.operation,
    party_id     bigint      unique,                          -- null until final
    kind         smallint    not null,
    name         text        not null,
    uscc         text        not null unique check (length(uscc) = 18),
    region_code  int         not null,
    industry     text        not null,
    profile_salt bytea       not null check (length(profile_salt) = 32),
    profile_hash bytea       not null unique check (length(profile_hash) = 32),
    entered_at   timestamptz not null default now()
);

-- Append only: who let whom in.
create table gateway.audit (
    audit_id   bigint      generated always as identity primary key,
    at         timestamptz not null default now(),
    client_id  text        not null,
    request_id text        not null,
    action     text        not null,
    subject    text        not null,
    details    jsonb       not null
);

create function gateway.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'gateway.audit is append only';
end $$;

create trigger audit_is_append_only before update or delete on gateway.audit
    for each statement execute function gateway.refuse_change();
