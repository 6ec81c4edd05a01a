-- The schema `ledger`: what one or more ledgers recorded, projected from their events. It can be dropped and rebuilt from the chain.
-- Amounts are fen (bigint), numbers are those of the contract, hashes are bytea, statuses and kinds are the contract's enumerations.
-- There are no foreign keys: the contract has checked every reference, one writer exists, and a lookup per row would cost more than
-- the comparison with the ledger's control totals, which finds any difference.

create table ledger.ledger (
    ledger_id     smallint primary key,
    name          text     not null,
    chain_id      bigint   not null,
    address       bytea    not null check (octet_length(address) = 20),
    deploy_block  bigint   not null check (deploy_block >= 0),
    genesis_hash  bytea    not null check (octet_length(genesis_hash) = 32)
);

-- The last block that is projected whole. Before the first range it is the block before the deployment.
create table ledger.checkpoint (
    ledger_id     smallint    primary key references ledger.ledger,
    block_number  bigint      not null check (block_number >= -1),
    block_hash    bytea       not null,
    block_time    timestamptz not null,
    indexed_at    timestamptz not null
) with (fillfactor = 50);

create table ledger.event_kind (
    kind  smallint primary key,
    name  text     not null unique
);
insert into ledger.event_kind (kind, name) values
    (1, 'party_registered'), (2, 'signer_added'), (3, 'signer_removed'),
    (4, 'receivable_issued'), (5, 'receivable_assigned'), (6, 'receivable_split'), (7, 'receivable_redeemed'),
    (8, 'loan_opened'), (9, 'loan_disbursed'), (10, 'loan_repaid'), (11, 'operation_refused');

-- Every log of the contract as the chain gave it. topics: n * 32 bytes.
create table ledger.event (
    ledger_id          smallint    not null,
    block_number       bigint      not null,
    log_index          integer     not null,
    transaction_hash   bytea       not null,
    transaction_index  integer     not null,
    block_time         timestamptz not null,
    kind               smallint    not null,
    topics             bytea       not null,
    data               bytea       not null,
    primary key (ledger_id, block_number, log_index)
);
create index event_transaction on ledger.event (ledger_id, transaction_hash);

-- The control totals as the contract itself answered at that block. A row exists only where the projection was
-- compared and agreed, and stands for the blocks without events behind it.
create table ledger.control_totals (
    ledger_id     smallint    not null,
    block_number  bigint      not null,
    block_time    timestamptz not null,
    enterprises   integer     not null,
    banks         integer     not null,
    receivables   bigint      not null,
    loans         bigint      not null,
    lent_fen      bigint      not null,
    repaid_fen    bigint      not null,
    issued_fen    bigint      not null,
    redeemed_fen  bigint      not null,
    interest_fen  bigint      not null,
    primary key (ledger_id, block_number)
);

-- kind: 1 operator, 2 enterprise, 3 bank.
create table ledger.party (
    ledger_id         smallint    not null,
    party_id          integer     not null,
    kind              smallint    not null check (kind between 1 and 3),
    region_code       integer     not null,
    industry          text        not null,
    profile_hash      bytea       not null,
    registered_block  bigint      not null,
    registered_at     timestamptz not null,
    primary key (ledger_id, party_id)
);
create index party_profile on ledger.party (profile_hash);

-- rights: bits 1 trade, 2 approve, 4 disburse, 8 manage, 16 register.
create table ledger.signer (
    ledger_id      smallint not null,
    party_id       integer  not null,
    signer_id      bytea    not null,
    signer         bytea    not null,
    rights         smallint not null check (rights between 1 and 31),
    added_block    bigint   not null,
    removed_block  bigint,
    primary key (ledger_id, signer_id)
);
create index signer_party on ledger.signer (ledger_id, party_id);

-- status: 1 active, 2 pledged, 3 redeemed. amount_fen: what is still owed on this number.
create table ledger.receivable (
    ledger_id          smallint    not null,
    receivable_id      bigint      not null,
    parent_id          bigint,
    depth              smallint    not null,
    obligor            integer     not null,
    holder             integer     not null,
    issued_amount_fen  bigint      not null check (issued_amount_fen between 1 and 9007199254740991),
    amount_fen         bigint      not null check (amount_fen between 0 and issued_amount_fen),
    redeemed_fen       bigint      not null check (redeemed_fen between 0 and issued_amount_fen - amount_fen),
    maturity_date      date        not null,
    status             smallint    not null check (status between 1 and 3),
    revision           integer     not null,
    fingerprint        bytea,
    issued_block       bigint      not null,
    issued_at          timestamptz not null,
    primary key (ledger_id, receivable_id),
    -- An issued receivable carries the fingerprint of its invoice, a split one the number of its parent.
    check ((parent_id is null) = (depth = 0) and (fingerprint is null) = (depth > 0))
) with (fillfactor = 80);

-- status: 1 opened, 2 disbursed, 3 repaid.
create table ledger.loan (
    ledger_id        smallint    not null,
    loan_id          bigint      not null,
    receivable_id    bigint      not null,
    bank             integer     not null,
    borrower         integer     not null,
    principal_fen    bigint      not null check (principal_fen between 1 and 9007199254740991),
    repaid_fen       bigint      not null check (repaid_fen between 0 and principal_fen),
    interest_fen     bigint      not null check (interest_fen between 0 and 9007199254740991),
    annual_rate_bps  integer     not null,
    due_date         date        not null,
    with_recourse    boolean     not null,
    status           smallint    not null check (status between 1 and 3),
    revision         integer     not null,
    opened_block     bigint      not null,
    opened_at        timestamptz not null,
    disbursed_at     timestamptz,
    repaid_at        timestamptz,
    primary key (ledger_id, loan_id),
    check ((status = 3) = (repaid_fen = principal_fen) and (status = 1) = (disbursed_at is null))
) with (fillfactor = 80);

-- Payments, each as its bank recorded it; borrower and obligor are repeated here so that a report needs no other table for them.
create table ledger.disbursement (
    ledger_id          smallint    not null,
    loan_id            bigint      not null,
    bank               integer     not null,
    borrower           integer     not null,
    amount_fen         bigint      not null check (amount_fen > 0),
    block_number       bigint      not null,
    log_index          integer     not null,
    block_time         timestamptz not null,
    registration_hash  bytea       not null,
    payment_reference  bytea       not null,
    primary key (ledger_id, block_number, log_index)
);

create table ledger.repayment (
    ledger_id          smallint    not null,
    loan_id            bigint      not null,
    bank               integer     not null,
    borrower           integer     not null,
    principal_fen      bigint      not null check (principal_fen >= 0),
    interest_fen       bigint      not null check (interest_fen >= 0),
    block_number       bigint      not null,
    log_index          integer     not null,
    block_time         timestamptz not null,
    payment_reference  bytea       not null,
    primary key (ledger_id, block_number, log_index)
);

create table ledger.redemption (
    ledger_id          smallint    not null,
    receivable_id      bigint      not null,
    holder             integer     not null,
    obligor            integer     not null,
    amount_fen         bigint      not null check (amount_fen > 0),
    block_number       bigint      not null,
    log_index          integer     not null,
    block_time         timestamptz not null,
    payment_reference  bytea       not null,
    primary key (ledger_id, block_number, log_index)
);
