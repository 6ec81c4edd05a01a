-- Raw events in partitions, and the past of every figure: what a party held and a bank had lent as of any block, and what happened on each day.

-- ---- Raw events, by blocks ------------------------------------------------------------------------------------------------

-- A partition holds 2^20 blocks of every ledger. Its index by transaction hash is all chance, so it must stay small enough for memory.
alter table ledger.event rename to event_whole;
alter index ledger.event_pkey rename to event_whole_pkey;
alter index ledger.event_transaction rename to event_whole_transaction;
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
) partition by range (block_number);
create index event_transaction on ledger.event (ledger_id, transaction_hash);

-- Makes the partitions of the blocks from..until where they are missing. Indexers of several ledgers take turns.
create function ledger.provide_partitions(from_block bigint, until_block bigint) returns void language plpgsql as $$
declare
    number bigint;
begin
    for number in select n from generate_series(greatest(from_block, 0) >> 20, until_block >> 20) n
                   where to_regclass('ledger.event_' || n) is null loop
        perform pg_advisory_xact_lock(hashtext('ledger.event'));
        if to_regclass('ledger.event_' || number) is null then
            execute format('create table ledger.event_%s (like ledger.event including all)', number);
            execute format('alter table ledger.event attach partition ledger.event_%s for values from (%s) to (%s)',
                           number, number << 20, (number + 1) << 20);
        end if;
    end loop;
end $$;

select ledger.provide_partitions(0, (select coalesce(max(block_number), 0) from ledger.event_whole));
insert into ledger.event select * from ledger.event_whole;
create or replace view report.latest_events as
    select e.ledger_id, e.block_number, e.log_index, e.block_time, k.name as kind, e.kind as kind_number,
           e.transaction_hash, e.topics, e.data
      from ledger.event e join ledger.event_kind k on k.kind = e.kind;
drop table ledger.event_whole;

-- ---- Positions: as of any block ---------------------------------------------------------------------------------------------

-- What a party holds and owes after a block in which that changed; it stands until the party's next row. Receivables that are still owed.
create table ledger.holding (
    ledger_id     smallint not null,
    party_id      integer  not null,
    block_number  bigint   not null,
    held          integer  not null check (held >= 0),
    held_fen      bigint   not null check (held_fen >= 0),
    pledged_fen   bigint   not null check (pledged_fen between 0 and held_fen),
    disputed_fen  bigint   not null check (disputed_fen between 0 and held_fen),
    owed          integer  not null check (owed >= 0),
    owed_fen      bigint   not null check (owed_fen >= 0),
    primary key (ledger_id, party_id, block_number)
);

-- What a bank has out with a party after a block in which that changed. side: 0 the bank as a whole (party_id is the bank), 1 with the party as
-- obligor, 2 with it as borrower. loans: not ended; undisbursed_fen: what can still be disbursed on them; defaulted_fen: of outstanding_fen.
create table ledger.exposure (
    ledger_id        smallint not null,
    bank             integer  not null,
    side             smallint not null check (side between 0 and 2),
    party_id         integer  not null,
    block_number     bigint   not null,
    loans            integer  not null check (loans >= 0),
    outstanding_fen  bigint   not null check (outstanding_fen >= 0),
    undisbursed_fen  bigint   not null check (undisbursed_fen >= 0),
    defaulted_fen    bigint   not null check (defaulted_fen between 0 and outstanding_fen),
    primary key (ledger_id, bank, side, party_id, block_number)
);
create index exposure_party on ledger.exposure (ledger_id, side, party_id);

-- ---- Days -------------------------------------------------------------------------------------------------------------------

-- Business days (China Standard Time) in which something happened, and their blocks with events.
create table ledger.day (
    ledger_id    smallint not null,
    day          date     not null,
    first_block  bigint   not null,
    last_block   bigint   not null,
    primary key (ledger_id, day)
);
create index day_block on ledger.day (ledger_id, last_block);

create index receivable_issued on ledger.receivable (ledger_id, issued_block);
create index loan_opened on ledger.loan (ledger_id, opened_block);

create function ledger.business_day(moment timestamptz) returns date language sql immutable parallel safe as $$
    select (moment at time zone 'Asia/Shanghai')::date
$$;

-- By the principal of the loan: 1 below one million yuan, 2 below five, 3 below ten, 4 from ten million on.
create function ledger.loan_size(principal_fen bigint) returns smallint language sql immutable parallel safe as $$
    select case when principal_fen < 100000000 then 1 when principal_fen < 500000000 then 2 when principal_fen < 1000000000 then 3 else 4 end::smallint
$$;

-- Everything that happens to loans, each with the figures that it adds to. opened: a loan comes to be; loans: it is disbursed for the first time.
create view ledger.loan_movement as
    select ledger_id, loan_id, bank, borrower, opened_block as block_number, opened_at as block_time, 1 as opened, 0 as loans,
           0::bigint as lent_fen, 0::bigint as repaid_fen, 0::bigint as written_off_fen, 0::bigint as overdue_fen, 0::bigint as recovered_fen,
           0::bigint as interest_fen, 0::bigint as fee_fen
      from ledger.loan
    union all
    select ledger_id, loan_id, bank, borrower, block_number, block_time, 0, is_first::integer, amount_fen, 0, 0, 0, 0, 0, 0 from ledger.disbursement
    union all
    select ledger_id, loan_id, bank, borrower, block_number, block_time, 0, 0, 0, principal_fen, 0, 0, 0, interest_fen, fee_fen from ledger.repayment
    union all
    select ledger_id, loan_id, bank, borrower, block_number, block_time, 0, 0, 0, 0, amount_fen, 0, 0, 0, 0 from ledger.write_off
    union all
    select ledger_id, loan_id, bank, borrower, block_number, block_time, 0, 0, 0, 0, 0, outstanding_fen, 0, 0, 0 from ledger.loan_default
    union all
    select ledger_id, loan_id, bank, borrower, block_number, block_time, 0, 0, 0, 0, 0, 0, amount_fen, 0, 0 from ledger.loan_recovery;

create view ledger.receivable_movement as
    select ledger_id, obligor, issued_block as block_number, issued_at as block_time, 1 as receivables,
           case when depth = 0 then issued_amount_fen else 0 end as issued_fen, 0::bigint as redeemed_fen, 0::bigint as cancelled_fen
      from ledger.receivable
    union all
    select ledger_id, obligor, block_number, block_time, 0, 0, amount_fen, 0 from ledger.redemption
    union all
    select ledger_id, obligor, block_number, block_time, 0, 0, 0, amount_fen from ledger.cancellation;

-- The sums of a day, by the bank, by region and industry of the borrower, and by the size of the loan.
create table ledger.lending_day (
    ledger_id        smallint not null,
    day              date     not null,
    bank             integer  not null,
    region_code      integer  not null,
    industry         text     not null,
    loan_size        smallint not null check (loan_size between 1 and 4),
    opened           bigint   not null,
    loans            bigint   not null,
    lent_fen         bigint   not null,
    repaid_fen       bigint   not null,
    written_off_fen  bigint   not null,
    overdue_fen      bigint   not null,
    recovered_fen    bigint   not null,
    interest_fen     bigint   not null,
    fee_fen          bigint   not null,
    primary key (ledger_id, day, bank, region_code, industry, loan_size)
);

-- The sums of a day, by region and industry of the obligor.
create table ledger.receivable_day (
    ledger_id     smallint not null,
    day           date     not null,
    region_code   integer  not null,
    industry      text     not null,
    receivables   bigint   not null,
    issued_fen    bigint   not null,
    redeemed_fen  bigint   not null,
    cancelled_fen bigint   not null,
    primary key (ledger_id, day, region_code, industry)
);

-- What the blocks after..until add, in the shape of the two tables above.
create function ledger.lending_between(for_ledger smallint, after bigint, until bigint) returns setof ledger.lending_day language sql stable as $$
    select for_ledger, ledger.business_day(m.block_time), m.bank, p.region_code, p.industry, ledger.loan_size(l.principal_fen),
           sum(m.opened), sum(m.loans), sum(m.lent_fen)::bigint, sum(m.repaid_fen)::bigint, sum(m.written_off_fen)::bigint,
           sum(m.overdue_fen)::bigint, sum(m.recovered_fen)::bigint, sum(m.interest_fen)::bigint, sum(m.fee_fen)::bigint
      from ledger.loan_movement m
      join ledger.loan l on l.ledger_id = m.ledger_id and l.loan_id = m.loan_id
      join ledger.party p on p.ledger_id = m.ledger_id and p.party_id = m.borrower
     where m.ledger_id = for_ledger and m.block_number > after and m.block_number <= until
     group by 1, 2, 3, 4, 5, 6
$$;

create function ledger.receivables_between(for_ledger smallint, after bigint, until bigint) returns setof ledger.receivable_day language sql stable as $$
    select for_ledger, ledger.business_day(m.block_time), p.region_code, p.industry,
           sum(m.receivables), sum(m.issued_fen)::bigint, sum(m.redeemed_fen)::bigint, sum(m.cancelled_fen)::bigint
      from ledger.receivable_movement m join ledger.party p on p.ledger_id = m.ledger_id and p.party_id = m.obligor
     where m.ledger_id = for_ledger and m.block_number > after and m.block_number <= until
     group by 1, 2, 3, 4
$$;

-- Adds the blocks after..until to the days. The indexer calls it once for each range, in the transaction that writes the range.
create procedure ledger.add_days(for_ledger smallint, after bigint, until bigint) language sql as $$
    insert into ledger.day as d (ledger_id, day, first_block, last_block)
    select for_ledger, ledger.business_day(block_time), min(block_number), max(block_number)
      from ledger.event where ledger_id = for_ledger and block_number > after and block_number <= until
     group by 2
    on conflict (ledger_id, day) do update set last_block = greatest(d.last_block, excluded.last_block);

    insert into ledger.lending_day as d select * from ledger.lending_between(for_ledger, after, until)
    on conflict (ledger_id, day, bank, region_code, industry, loan_size) do update
       set opened = d.opened + excluded.opened, loans = d.loans + excluded.loans, lent_fen = d.lent_fen + excluded.lent_fen,
           repaid_fen = d.repaid_fen + excluded.repaid_fen, written_off_fen = d.written_off_fen + excluded.written_off_fen,
           overdue_fen = d.overdue_fen + excluded.overdue_fen, recovered_fen = d.recovered_fen + excluded.recovered_fen,
           interest_fen = d.interest_fen + excluded.interest_fen, fee_fen = d.fee_fen + excluded.fee_fen;

    insert into ledger.receivable_day as d select * from ledger.receivables_between(for_ledger, after, until)
    on conflict (ledger_id, day, region_code, industry) do update
       set receivables = d.receivables + excluded.receivables, issued_fen = d.issued_fen + excluded.issued_fen,
           redeemed_fen = d.redeemed_fen + excluded.redeemed_fen, cancelled_fen = d.cancelled_fen + excluded.cancelled_fen;
$$;

-- Rows that were projected before this table's time.
do $fill$
declare
    indexed record;
begin
    for indexed in select ledger_id, block_number from ledger.checkpoint loop
        call ledger.add_days(indexed.ledger_id, -1::bigint, indexed.block_number);
    end loop;
end $fill$;
