-- Clients that prove themselves with a private key (RFC 7523), and the traces of operations.

alter table gateway.client alter column secret_hash drop not null;   -- null: this client has keys only

-- Public halves only. A client has at most two keys that are not retired: the one in use and the next one.
create table gateway.client_key (
    client_id   text        not null references gateway.client,
    kid         text        not null,                             -- RFC 7638 thumbprint, SHA-256, base64url
    x           bytea       not null check (length(x) = 32),      -- P-256
    y           bytea       not null check (length(y) = 32),
    created_at  timestamptz not null default now(),
    retired_at  timestamptz,
    primary key (client_id, kid)
);

-- Assertions that were used: each is good once. Rows past their time may go.
create table gateway.client_assertion (
    client_id   text        not null references gateway.client,
    jti         text        not null,
    expires_at  timestamptz not null,
    primary key (client_id, jti)
);

create index client_assertion_over on gateway.client_assertion (expires_at);

-- W3C trace context of the request that brought an operation, for those that somebody traces; gone once the spans are told.
create table gateway.operation_trace (
    operation_id uuid primary key references gateway.operation on delete cascade,
    trace_parent text not null
);
