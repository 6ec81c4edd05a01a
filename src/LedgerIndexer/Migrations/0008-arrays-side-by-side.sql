-- The same procedures, with their arrays side by side in a select list: in a from clause each array becomes a table of its own first, which costs
-- more than the rows that are then written.

-- Where parties stand after each block: where they stood before the range, looked up once for each, and what the range has changed up to there. A change
-- that takes itself back within a block leaves a row that repeats the one before, which says nothing wrong.
create or replace procedure ledger.add_holdings(
    for_ledger smallint, move_party integer[], move_block bigint[], move_held integer[], move_held_fen bigint[], move_pledged_fen bigint[],
    move_disputed_fen bigint[], move_owed integer[], move_owed_fen bigint[]) language plpgsql set plan_cache_mode = force_custom_plan as $$
begin
    with m as materialized (
        select unnest(move_party) as party_id, unnest(move_block) as block_number, unnest(move_held) as held, unnest(move_held_fen) as held_fen,
               unnest(move_pledged_fen) as pledged_fen, unnest(move_disputed_fen) as disputed_fen, unnest(move_owed) as owed,
               unnest(move_owed_fen) as owed_fen),
    l as materialized (
        select l.* from (select distinct party_id from m) k
         cross join lateral (select * from ledger.holding h where h.ledger_id = for_ledger and h.party_id = k.party_id
                              order by h.block_number desc limit 1) l)
    insert into ledger.holding (ledger_id, party_id, block_number, held, held_fen, pledged_fen, disputed_fen, owed, owed_fen)
    select for_ledger, party_id, m.block_number, coalesce(l.held, 0) + m.held, coalesce(l.held_fen, 0) + m.held_fen,
           coalesce(l.pledged_fen, 0) + m.pledged_fen, coalesce(l.disputed_fen, 0) + m.disputed_fen,
           coalesce(l.owed, 0) + m.owed, coalesce(l.owed_fen, 0) + m.owed_fen
      from m left join l using (party_id);
end $$;

-- What banks have out after each block, in the same way.
create or replace procedure ledger.add_exposures(
    for_ledger smallint, move_bank integer[], move_side smallint[], move_party integer[], move_block bigint[], move_loans integer[],
    move_outstanding_fen bigint[], move_undisbursed_fen bigint[], move_defaulted_fen bigint[])
language plpgsql set plan_cache_mode = force_custom_plan as $$
begin
    with m as materialized (
        select unnest(move_bank) as bank, unnest(move_side) as side, unnest(move_party) as party_id, unnest(move_block) as block_number,
               unnest(move_loans) as loans, unnest(move_outstanding_fen) as outstanding_fen, unnest(move_undisbursed_fen) as undisbursed_fen,
               unnest(move_defaulted_fen) as defaulted_fen),
    l as materialized (
        select l.* from (select distinct bank, side, party_id from m) k
         cross join lateral (select * from ledger.exposure e where e.ledger_id = for_ledger and e.bank = k.bank and e.side = k.side
                                and e.party_id = k.party_id order by e.block_number desc limit 1) l)
    insert into ledger.exposure (ledger_id, bank, side, party_id, block_number, loans, outstanding_fen, undisbursed_fen, defaulted_fen)
    select for_ledger, bank, side, party_id, m.block_number, coalesce(l.loans, 0) + m.loans,
           coalesce(l.outstanding_fen, 0) + m.outstanding_fen, coalesce(l.undisbursed_fen, 0) + m.undisbursed_fen,
           coalesce(l.defaulted_fen, 0) + m.defaulted_fen
      from m left join l using (bank, side, party_id);
end $$;

-- Adds what happened to loans in a range: to the days, and, where marks are in the range, to the sums at them. A cell is what one bank, one
-- borrower and loans of one size add up to on one day up to one mark; null for a mark is after the last one. What lies between the mark before
-- the range and the range is added up from the rows.
create or replace procedure ledger.add_lending(
    for_ledger smallint, before_range bigint, marks bigint[], cell_mark bigint[], cell_day date[], cell_bank integer[], cell_borrower integer[],
    cell_size smallint[], cell_opened bigint[], cell_loans bigint[], cell_lent bigint[], cell_repaid bigint[], cell_written_off bigint[],
    cell_overdue bigint[], cell_recovered bigint[], cell_interest bigint[], cell_fee bigint[])
language plpgsql set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
    insert into ledger.lending_day as d
    select for_ledger, c.day, c.bank, p.region_code, p.industry, c.loan_size, sum(c.opened), sum(c.loans), sum(c.lent_fen), sum(c.repaid_fen),
           sum(c.written_off_fen), sum(c.overdue_fen), sum(c.recovered_fen), sum(c.interest_fen), sum(c.fee_fen)
      from (select unnest(cell_day) as day, unnest(cell_bank) as bank, unnest(cell_borrower) as borrower, unnest(cell_size) as loan_size,
                   unnest(cell_opened) as opened, unnest(cell_loans) as loans, unnest(cell_lent) as lent_fen, unnest(cell_repaid) as repaid_fen,
                   unnest(cell_written_off) as written_off_fen, unnest(cell_overdue) as overdue_fen, unnest(cell_recovered) as recovered_fen,
                   unnest(cell_interest) as interest_fen, unnest(cell_fee) as fee_fen) c
      join ledger.party p on p.ledger_id = for_ledger and p.party_id = c.borrower
     group by c.day, c.bank, p.region_code, p.industry, c.loan_size
    on conflict (ledger_id, day, bank, region_code, industry, loan_size) do update
       set opened = d.opened + excluded.opened, loans = d.loans + excluded.loans, lent_fen = d.lent_fen + excluded.lent_fen,
           repaid_fen = d.repaid_fen + excluded.repaid_fen, written_off_fen = d.written_off_fen + excluded.written_off_fen,
           overdue_fen = d.overdue_fen + excluded.overdue_fen, recovered_fen = d.recovered_fen + excluded.recovered_fen,
           interest_fen = d.interest_fen + excluded.interest_fen, fee_fen = d.fee_fen + excluded.fee_fen;
    if cardinality(marks) = 0 then
        return;
    end if;

    with cell as (
        select c.mark, c.day, c.bank, p.region_code, p.industry, c.loan_size, c.opened, c.loans, c.lent_fen, c.repaid_fen, c.written_off_fen,
               c.overdue_fen, c.recovered_fen, c.interest_fen, c.fee_fen
          from (select unnest(cell_mark) as mark, unnest(cell_day) as day, unnest(cell_bank) as bank, unnest(cell_borrower) as borrower,
                       unnest(cell_size) as loan_size, unnest(cell_opened) as opened, unnest(cell_loans) as loans, unnest(cell_lent) as lent_fen,
                       unnest(cell_repaid) as repaid_fen, unnest(cell_written_off) as written_off_fen, unnest(cell_overdue) as overdue_fen,
                       unnest(cell_recovered) as recovered_fen, unnest(cell_interest) as interest_fen, unnest(cell_fee) as fee_fen) c
          join ledger.party p on p.ledger_id = for_ledger and p.party_id = c.borrower
         where c.mark is not null
        union all
        select marks[1], e.day, e.bank, e.region_code, e.industry, e.loan_size, e.opened, e.loans, e.lent_fen, e.repaid_fen, e.written_off_fen,
               e.overdue_fen, e.recovered_fen, e.interest_fen, e.fee_fen
          from ledger.lending_between(
               for_ledger,
               (select coalesce(max(m.block_number), -1) from ledger.mark m where m.ledger_id = for_ledger and m.block_number < marks[1]),
               before_range) e),
    side as (
        -- Each grouping set leaves one of the four columns, or none of them, beside mark and region.
        select mark, region_code,
               (case grouping(day, bank, industry, loan_size) when 7 then 1 when 11 then 2 when 13 then 3 when 14 then 4 else 5 end)::smallint as axis,
               coalesce(day::text, bank::text, industry, loan_size::text, region_code::text) collate "C" as key,
               sum(opened)::bigint as opened, sum(loans)::bigint as loans, sum(lent_fen)::bigint as lent_fen, sum(repaid_fen)::bigint as repaid_fen,
               sum(written_off_fen)::bigint as written_off_fen, sum(overdue_fen)::bigint as overdue_fen,
               sum(recovered_fen)::bigint as recovered_fen, sum(interest_fen)::bigint as interest_fen, sum(fee_fen)::bigint as fee_fen
          from cell
         group by grouping sets ((mark, region_code, day), (mark, region_code, bank), (mark, region_code, industry), (mark, region_code, loan_size),
                                 (mark, region_code))),
    change as materialized (
        select s.mark, r.region, s.axis, s.key, sum(s.opened)::bigint as opened, sum(s.loans)::bigint as loans, sum(s.lent_fen)::bigint as lent_fen,
               sum(s.repaid_fen)::bigint as repaid_fen, sum(s.written_off_fen)::bigint as written_off_fen, sum(s.overdue_fen)::bigint as overdue_fen,
               sum(s.recovered_fen)::bigint as recovered_fen, sum(s.interest_fen)::bigint as interest_fen, sum(s.fee_fen)::bigint as fee_fen
          from side s cross join lateral ledger.regions_of(s.region_code) as r (region)
         group by s.mark, r.region, s.axis, s.key),
    named as (
        insert into ledger.lending_key (ledger_id, region, axis, key) select distinct for_ledger, region, axis, key from change on conflict do nothing),
    before as materialized (
        select x.* from (select distinct region, axis, key from change) k
         cross join lateral (select * from ledger.lending_sum s
                              where s.ledger_id = for_ledger and s.region = k.region and s.axis = k.axis and s.key = k.key
                              order by s.block_number desc limit 1) x)
    insert into ledger.lending_sum (ledger_id, region, axis, key, block_number, opened, loans, lent_fen, repaid_fen, written_off_fen, overdue_fen,
                                    recovered_fen, interest_fen, fee_fen)
    select for_ledger, region, axis, key, c.mark, coalesce(b.opened, 0) + sum(c.opened) over w, coalesce(b.loans, 0) + sum(c.loans) over w,
           coalesce(b.lent_fen, 0) + sum(c.lent_fen) over w, coalesce(b.repaid_fen, 0) + sum(c.repaid_fen) over w,
           coalesce(b.written_off_fen, 0) + sum(c.written_off_fen) over w, coalesce(b.overdue_fen, 0) + sum(c.overdue_fen) over w,
           coalesce(b.recovered_fen, 0) + sum(c.recovered_fen) over w, coalesce(b.interest_fen, 0) + sum(c.interest_fen) over w,
           coalesce(b.fee_fen, 0) + sum(c.fee_fen) over w
      from change c left join before b using (region, axis, key)
    window w as (partition by region, axis, key order by c.mark);
end $$;

-- Adds what happened to receivables in a range, in the same way.
create or replace procedure ledger.add_receivables(
    for_ledger smallint, before_range bigint, marks bigint[], cell_mark bigint[], cell_day date[], cell_obligor integer[], cell_receivables bigint[],
    cell_issued bigint[], cell_redeemed bigint[], cell_cancelled bigint[]) language plpgsql set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
    insert into ledger.receivable_day as d
    select for_ledger, c.day, p.region_code, p.industry, sum(c.receivables), sum(c.issued_fen), sum(c.redeemed_fen), sum(c.cancelled_fen)
      from (select unnest(cell_day) as day, unnest(cell_obligor) as obligor, unnest(cell_receivables) as receivables,
                   unnest(cell_issued) as issued_fen, unnest(cell_redeemed) as redeemed_fen, unnest(cell_cancelled) as cancelled_fen) c
      join ledger.party p on p.ledger_id = for_ledger and p.party_id = c.obligor
     group by c.day, p.region_code, p.industry
    on conflict (ledger_id, day, region_code, industry) do update
       set receivables = d.receivables + excluded.receivables, issued_fen = d.issued_fen + excluded.issued_fen,
           redeemed_fen = d.redeemed_fen + excluded.redeemed_fen, cancelled_fen = d.cancelled_fen + excluded.cancelled_fen;
    if cardinality(marks) = 0 then
        return;
    end if;

    with cell as (
        select c.mark, p.region_code, c.receivables, c.issued_fen, c.redeemed_fen, c.cancelled_fen
          from (select unnest(cell_mark) as mark, unnest(cell_obligor) as obligor, unnest(cell_receivables) as receivables,
                       unnest(cell_issued) as issued_fen, unnest(cell_redeemed) as redeemed_fen, unnest(cell_cancelled) as cancelled_fen) c
          join ledger.party p on p.ledger_id = for_ledger and p.party_id = c.obligor
         where c.mark is not null
        union all
        select marks[1], e.region_code, e.receivables, e.issued_fen, e.redeemed_fen, e.cancelled_fen
          from ledger.receivables_between(
               for_ledger,
               (select coalesce(max(m.block_number), -1) from ledger.mark m where m.ledger_id = for_ledger and m.block_number < marks[1]),
               before_range) e),
    change as materialized (
        select c.mark, r.region, sum(c.receivables) as receivables, sum(c.issued_fen) as issued_fen, sum(c.redeemed_fen) as redeemed_fen,
               sum(c.cancelled_fen) as cancelled_fen
          from cell c cross join lateral ledger.regions_of(c.region_code) as r (region)
         group by c.mark, r.region),
    before as materialized (
        select x.* from (select distinct region from change) k
         cross join lateral (select * from ledger.receivable_sum s where s.ledger_id = for_ledger and s.region = k.region
                              order by s.block_number desc limit 1) x)
    insert into ledger.receivable_sum (ledger_id, region, block_number, receivables, issued_fen, redeemed_fen, cancelled_fen)
    select for_ledger, region, c.mark, coalesce(b.receivables, 0) + sum(c.receivables) over w, coalesce(b.issued_fen, 0) + sum(c.issued_fen) over w,
           coalesce(b.redeemed_fen, 0) + sum(c.redeemed_fen) over w, coalesce(b.cancelled_fen, 0) + sum(c.cancelled_fen) over w
      from change c left join before b using (region)
    window w as (partition by region order by c.mark);
end $$;
