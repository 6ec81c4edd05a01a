-- What a transaction did is found by its hash through a row a transaction, where an index over all events took a third of the time of storing them.
-- Its events stand in one block, one after the other.
create table ledger.transaction (
    ledger_id         smallint not null,
    transaction_hash  bytea    not null,
    block_number      bigint   not null,
    first_log_index   integer  not null,
    last_log_index    integer  not null check (last_log_index >= first_log_index),
    primary key (ledger_id, transaction_hash)
);
insert into ledger.transaction (ledger_id, transaction_hash, block_number, first_log_index, last_log_index)
select ledger_id, transaction_hash, block_number, min(log_index), max(log_index) from ledger.event group by 1, 2, 3;
drop index ledger.event_transaction;

-- The indexer knows where every party is at home and what was added since the last mark, and adds both up by itself. What is left to do is to add
-- what stood before the range, looked up once for each sum.
drop procedure ledger.add_lending(smallint, bigint, bigint[], bigint[], date[], integer[], integer[], smallint[], bigint[], bigint[], bigint[], bigint[], bigint[],
                                  bigint[], bigint[], bigint[], bigint[]);
drop procedure ledger.add_receivables(smallint, bigint, bigint[], bigint[], date[], integer[], bigint[], bigint[], bigint[], bigint[]);

-- Sums of lending at marks: a move is what the range has added to a sum up to a mark.
create procedure ledger.add_lending_sums(
    for_ledger smallint, move_region integer[], move_axis smallint[], move_key text[], move_mark bigint[], move_opened bigint[], move_loans bigint[],
    move_lent bigint[], move_repaid bigint[], move_written_off bigint[], move_overdue bigint[], move_recovered bigint[], move_interest bigint[],
    move_fee bigint[])
language plpgsql set plan_cache_mode = force_custom_plan as $$
begin
    with m as materialized (
        select unnest(move_region) as region, unnest(move_axis) as axis, unnest(move_key) collate "C" as key, unnest(move_mark) as mark,
               unnest(move_opened) as opened, unnest(move_loans) as loans, unnest(move_lent) as lent_fen, unnest(move_repaid) as repaid_fen,
               unnest(move_written_off) as written_off_fen, unnest(move_overdue) as overdue_fen, unnest(move_recovered) as recovered_fen,
               unnest(move_interest) as interest_fen, unnest(move_fee) as fee_fen),
    k as materialized (select distinct region, axis, key from m),
    l as materialized (
        select l.* from k
         cross join lateral (select * from ledger.lending_sum s
                              where s.ledger_id = for_ledger and s.region = k.region and s.axis = k.axis and s.key = k.key
                              order by s.block_number desc limit 1) l),
    named as (
        insert into ledger.lending_key (ledger_id, region, axis, key)
        select for_ledger, k.region, k.axis, k.key from k left join l using (region, axis, key) where l.ledger_id is null)
    insert into ledger.lending_sum (ledger_id, region, axis, key, block_number, opened, loans, lent_fen, repaid_fen, written_off_fen, overdue_fen,
                                    recovered_fen, interest_fen, fee_fen)
    select for_ledger, region, axis, key, m.mark, coalesce(l.opened, 0) + m.opened, coalesce(l.loans, 0) + m.loans,
           coalesce(l.lent_fen, 0) + m.lent_fen, coalesce(l.repaid_fen, 0) + m.repaid_fen, coalesce(l.written_off_fen, 0) + m.written_off_fen,
           coalesce(l.overdue_fen, 0) + m.overdue_fen, coalesce(l.recovered_fen, 0) + m.recovered_fen,
           coalesce(l.interest_fen, 0) + m.interest_fen, coalesce(l.fee_fen, 0) + m.fee_fen
      from m left join l using (region, axis, key);
end $$;

-- Sums of receivables at marks, in the same way.
create procedure ledger.add_receivable_sums(
    for_ledger smallint, move_region integer[], move_mark bigint[], move_receivables bigint[], move_issued bigint[], move_redeemed bigint[],
    move_cancelled bigint[])
language plpgsql set plan_cache_mode = force_custom_plan as $$
begin
    with m as materialized (
        select unnest(move_region) as region, unnest(move_mark) as mark, unnest(move_receivables) as receivables, unnest(move_issued) as issued_fen,
               unnest(move_redeemed) as redeemed_fen, unnest(move_cancelled) as cancelled_fen),
    l as materialized (
        select l.* from (select distinct region from m) k
         cross join lateral (select * from ledger.receivable_sum s where s.ledger_id = for_ledger and s.region = k.region
                              order by s.block_number desc limit 1) l)
    insert into ledger.receivable_sum (ledger_id, region, block_number, receivables, issued_fen, redeemed_fen, cancelled_fen)
    select for_ledger, region, m.mark, coalesce(l.receivables, 0) + m.receivables, coalesce(l.issued_fen, 0) + m.issued_fen,
           coalesce(l.redeemed_fen, 0) + m.redeemed_fen, coalesce(l.cancelled_fen, 0) + m.cancelled_fen
      from m left join l using (region);
end $$;
