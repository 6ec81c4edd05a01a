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
    (8, 'loan_opened'), (9, 'loan_disbursed'), (10, 'loan_repaid'), (11, 'operation_refused'),
    (12, 'standing_set'), (13, 'recovery_proposed'), (14, 'recovery_vetoed'), (15, 'recovery_completed'),
    (16, 'parameters_proposed'), (17, 'parameters_adopted'),
    (18, 'lending_policy_set'), (19, 'credit_limit_set'), (20, 'model_activated'),
    (21, 'receivable_cancelled'), (22, 'receivable_disputed'), (23, 'dispute_resolved'),
    (24, 'receivable_frozen'), (25, 'receivable_unfrozen'),
    (26, 'loan_cancelled'), (27, 'loan_extended'), (28, 'loan_defaulted'), (29, 'recourse_claimed'),
    (30, 'loan_written_off'), (31, 'loan_recovered');

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
    ledger_id        smallint    not null,
    block_number     bigint      not null,
    block_time       timestamptz not null,
    enterprises      integer     not null,
    banks            integer     not null,
    receivables      bigint      not null,
    loans            bigint      not null,
    lent_fen         bigint      not null,
    repaid_fen       bigint      not null,
    issued_fen       bigint      not null,
    redeemed_fen     bigint      not null,
    cancelled_fen    bigint      not null,
    written_off_fen  bigint      not null,
    overdue_fen      bigint      not null,
    recovered_fen    bigint      not null,
    interest_fen     bigint      not null,
    fee_fen          bigint      not null,
    primary key (ledger_id, block_number)
);

-- ---- Parties ------------------------------------------------------------------------------------------------------------

-- kind: 1 operator, 2 enterprise, 3 bank, 4 regulator. standing: 1 active, 2 stop-listed, 3 suspended.
-- revision counts policies and models (of the operator: proposed parameters), standing_revision standings and recoveries.
create table ledger.party (
    ledger_id          smallint    not null,
    party_id           integer     not null,
    kind               smallint    not null check (kind between 1 and 4),
    region_code        integer     not null,
    industry           text        not null,
    profile_hash       bytea       not null,
    standing           smallint    not null check (standing between 1 and 3),
    standing_reason    bytea,
    standing_at        timestamptz not null,
    revision           integer     not null,
    standing_revision  integer     not null,
    registered_block   bigint      not null,
    registered_at      timestamptz not null,
    primary key (ledger_id, party_id)
);
create index party_profile on ledger.party (profile_hash);

-- rights: bits 1 trade, 2 approve, 4 disburse, 8 manage, 16 register, 32 supervise.
create table ledger.signer (
    ledger_id      smallint not null,
    party_id       integer  not null,
    signer_id      bytea    not null,
    signer         bytea    not null,
    rights         smallint not null check (rights between 1 and 63),
    added_block    bigint   not null,
    removed_block  bigint,
    primary key (ledger_id, signer_id)
);
create index signer_party on ledger.signer (ledger_id, party_id);

-- Signers that the operator proposed for parties that lost their own. status: 1 pending, 2 vetoed, 3 completed.
create table ledger.signer_recovery (
    ledger_id     smallint not null,
    party_id      integer  not null,
    block_number  bigint   not null,
    log_index     integer  not null,
    signer_id     bytea    not null,
    signer        bytea    not null,
    rights        smallint not null check (rights between 1 and 63),
    ready_date    date     not null,
    status        smallint not null check (status between 1 and 3),
    ended_block   bigint,
    primary key (ledger_id, block_number, log_index),
    check ((status = 1) = (ended_block is null))
);
create unique index signer_recovery_pending on ledger.signer_recovery (ledger_id, party_id) where status = 1;

-- ---- Rules and policies -------------------------------------------------------------------------------------------------

-- Rules as they were proposed and as they were adopted, in the order of the ledger. Those of the deployment are not among them: it emits no
-- event for them.
create table ledger.parameters (
    ledger_id                smallint not null,
    block_number             bigint   not null,
    log_index                integer  not null,
    adopted                  boolean  not null,
    start_date               date     not null,
    max_tenor_days           integer  not null,
    max_reviewed_tenor_days  integer  not null,
    max_split_depth          smallint not null,
    max_splits               smallint not null,
    max_invoices             smallint not null,
    recovery_delay_days      smallint not null,
    notice_days              smallint not null,
    max_extension_days       integer  not null,
    primary key (ledger_id, block_number, log_index)
);

-- A bank's policy as it stands. A bank without one lends nothing.
create table ledger.lending_policy (
    ledger_id           smallint    not null,
    bank                integer     not null,
    dual_approval_fen   bigint      not null check (dual_approval_fen between 0 and 9007199254740991),
    obligor_limit_fen   bigint      not null check (obligor_limit_fen between 0 and 9007199254740991),
    borrower_limit_fen  bigint      not null check (borrower_limit_fen between 0 and 9007199254740991),
    set_block           bigint      not null,
    set_at              timestamptz not null,
    primary key (ledger_id, bank)
);

-- How much of one party's obligations a bank has taken on, and may. side: 1 as obligor, 2 as borrower. limit_fen null: the policy's limit.
-- used_fen is added up from the loans by triggers (0002).
create table ledger.credit_line (
    ledger_id  smallint not null,
    bank       integer  not null,
    party_id   integer  not null,
    side       smallint not null check (side between 1 and 2),
    used_fen   bigint   not null default 0,
    limit_fen  bigint   check (limit_fen between 0 and 9007199254740991),
    revision   integer  not null default 0,
    primary key (ledger_id, bank, party_id, side),
    check ((limit_fen is null) = (revision = 0))
) with (fillfactor = 80);

-- Every model that a bank activated; the last one replaces those before it.
create table ledger.credit_model (
    ledger_id     smallint    not null,
    bank          integer     not null,
    model_hash    bytea       not null,
    from_date     date        not null,
    until_date    date        not null,
    block_number  bigint      not null,
    log_index     integer     not null,
    block_time    timestamptz not null,
    primary key (ledger_id, bank, block_number, log_index)
);

-- ---- Receivables --------------------------------------------------------------------------------------------------------

-- status: 1 active, 2 pledged, 3 redeemed, 4 cancelled. amount_fen: what is still owed on this number; disputed_fen is a part of it.
create table ledger.receivable (
    ledger_id          smallint    not null,
    receivable_id      bigint      not null,
    parent_id          bigint,
    depth              smallint    not null,
    splits             smallint    not null,
    obligor            integer     not null,
    holder             integer     not null,
    issued_amount_fen  bigint      not null check (issued_amount_fen between 1 and 9007199254740991),
    amount_fen         bigint      not null check (amount_fen between 0 and issued_amount_fen),
    redeemed_fen       bigint      not null check (redeemed_fen between 0 and issued_amount_fen - amount_fen),
    cancelled_fen      bigint      not null check (cancelled_fen between 0 and issued_amount_fen - amount_fen - redeemed_fen),
    disputed_fen       bigint      not null check (disputed_fen between 0 and amount_fen),
    dispute_reason     bytea,
    maturity_date      date        not null,
    review_needed      boolean     not null,
    status             smallint    not null check (status between 1 and 4),
    frozen             boolean     not null,
    freeze_case        bytea,
    revision           integer     not null,
    issued_block       bigint      not null,
    issued_at          timestamptz not null,
    primary key (ledger_id, receivable_id),
    check ((parent_id is null) = (depth = 0)),
    check ((status in (1, 2)) = (amount_fen > 0)),
    check ((disputed_fen = 0) = (dispute_reason is null) and frozen = (freeze_case is not null))
) with (fillfactor = 80);

-- The invoices behind an issued receivable and its children. One fingerprint backs one receivable, for ever.
create table ledger.invoice (
    ledger_id      smallint not null,
    fingerprint    bytea    not null check (octet_length(fingerprint) = 32),
    receivable_id  bigint   not null,
    amount_fen     bigint   not null check (amount_fen between 1 and 9007199254740991),
    primary key (ledger_id, fingerprint)
);
create index invoice_receivable on ledger.invoice (ledger_id, receivable_id);

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

-- What is owed no more without having been paid: cancelled whole (with a reason), or given up when a dispute was resolved (without one).
create table ledger.cancellation (
    ledger_id      smallint    not null,
    receivable_id  bigint      not null,
    holder         integer     not null,
    obligor        integer     not null,
    amount_fen     bigint      not null check (amount_fen > 0),
    block_number   bigint      not null,
    log_index      integer     not null,
    block_time     timestamptz not null,
    reason_hash    bytea,
    primary key (ledger_id, block_number, log_index)
);

-- ---- Loans --------------------------------------------------------------------------------------------------------------

-- status: 1 opened, 2 disbursed, 3 repaid, 4 cancelled, 5 defaulted, 6 written off, 7 recovered.
-- Outstanding = disbursed - repaid - written off. overdue_fen: what was outstanding when the default was recorded.
-- ended_at: since when nothing is outstanding any more.
create table ledger.loan (
    ledger_id             smallint    not null,
    loan_id               bigint      not null,
    receivable_id         bigint      not null,
    bank                  integer     not null,
    borrower              integer     not null,
    obligor               integer     not null,
    principal_fen         bigint      not null check (principal_fen between 1 and 9007199254740991),
    disbursed_fen         bigint      not null check (disbursed_fen between 0 and principal_fen),
    repaid_fen            bigint      not null check (repaid_fen between 0 and disbursed_fen),
    written_off_fen       bigint      not null check (written_off_fen between 0 and disbursed_fen - repaid_fen),
    recovered_fen         bigint      not null check (recovered_fen between 0 and written_off_fen),
    interest_fen          bigint      not null check (interest_fen between 0 and 9007199254740991),
    fee_fen               bigint      not null check (fee_fen between 0 and 9007199254740991),
    overdue_fen           bigint      not null check (overdue_fen between 0 and disbursed_fen),
    recourse_claimed_fen  bigint,
    annual_rate_bps       integer     not null,
    due_date              date        not null,
    extended              boolean     not null,
    with_recourse         boolean     not null,
    status                smallint    not null check (status between 1 and 7),
    revision              integer     not null,
    application_hash      bytea       not null,
    review_hash           bytea,
    decision_digest       bytea,
    opened_block          bigint      not null,
    opened_at             timestamptz not null,
    disbursed_at          timestamptz,
    defaulted_at          timestamptz,
    ended_at              timestamptz,
    primary key (ledger_id, loan_id),
    check ((status in (1, 4)) = (disbursed_fen = 0) and (disbursed_fen = 0) = (disbursed_at is null)),
    check ((status in (2, 5)) = (disbursed_fen > repaid_fen + written_off_fen) and (status in (1, 2, 5)) = (ended_at is null)),
    check ((overdue_fen = 0) = (defaulted_at is null) and (recourse_claimed_fen is null or with_recourse))
) with (fillfactor = 80);

-- Payments and losses, each as its bank recorded it; bank and borrower are repeated here so that a report needs no other table for them.
-- is_first: the loan's first disbursement, by which the loan is counted.
create table ledger.disbursement (
    ledger_id          smallint    not null,
    loan_id            bigint      not null,
    bank               integer     not null,
    borrower           integer     not null,
    amount_fen         bigint      not null check (amount_fen > 0),
    is_first           boolean     not null,
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
    fee_fen            bigint      not null check (fee_fen >= 0),
    block_number       bigint      not null,
    log_index          integer     not null,
    block_time         timestamptz not null,
    payment_reference  bytea       not null,
    primary key (ledger_id, block_number, log_index)
);

create table ledger.loan_default (
    ledger_id        smallint    not null,
    loan_id          bigint      not null,
    bank             integer     not null,
    borrower         integer     not null,
    outstanding_fen  bigint      not null check (outstanding_fen > 0),
    block_number     bigint      not null,
    log_index        integer     not null,
    block_time       timestamptz not null,
    reason_hash      bytea       not null,
    primary key (ledger_id, block_number, log_index)
);

create table ledger.write_off (
    ledger_id     smallint    not null,
    loan_id       bigint      not null,
    bank          integer     not null,
    borrower      integer     not null,
    amount_fen    bigint      not null check (amount_fen > 0),
    block_number  bigint      not null,
    log_index     integer     not null,
    block_time    timestamptz not null,
    reason_hash   bytea       not null,
    primary key (ledger_id, block_number, log_index)
);

-- Of what was written off. source: 1 the borrower, by recourse; 2 the obligor; 3 other.
create table ledger.loan_recovery (
    ledger_id          smallint    not null,
    loan_id            bigint      not null,
    bank               integer     not null,
    borrower           integer     not null,
    amount_fen         bigint      not null check (amount_fen > 0),
    source             smallint    not null check (source between 1 and 3),
    block_number       bigint      not null,
    log_index          integer     not null,
    block_time         timestamptz not null,
    payment_reference  bytea       not null,
    primary key (ledger_id, block_number, log_index)
);
