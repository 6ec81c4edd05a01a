-- Running sums at marks, so that a report as of any block costs as many look-ups as it has rows, however long the ledger has run and however much
-- happened on the day that the block is in. From a mark to the block asked for, the rows themselves are added up.

-- A mark is the block in which the number of the ledger's events passes a multiple of the spacing.
create table ledger.mark (
    ledger_id     smallint not null,
    block_number  bigint   not null,
    events        bigint   not null,
    primary key (ledger_id, block_number)
);

-- What lending is summed by: day, bank, industry of the borrower, size of the loan, region of the borrower.
create function ledger.axis(name text) returns smallint language sql immutable parallel safe as $$
    select array_position(array['day', 'bank', 'industry', 'size', 'region'], name)::smallint
$$;

-- The regions that a region counts in: all of them (0), its province, its prefecture, itself.
create function ledger.regions_of(code integer) returns setof integer language sql immutable parallel safe rows 4 as $$
    select distinct unnest(array[0, code / 10000 * 10000, code / 100 * 100, code])
$$;

create or replace function report.in_region(code integer, region integer) returns boolean language sql immutable parallel safe as $$
    select case when coalesce(region, 0) = 0 then true
                when region % 10000 = 0 then code / 10000 = region / 10000
                when region % 100 = 0 then code / 100 = region / 100
                else code = region end
$$;

-- The sums that there are; so that a report finds them without reading their past. Keys are compared byte by byte: dates, numbers and codes.
create table ledger.lending_key (
    ledger_id  smallint not null,
    region     integer  not null,
    axis       smallint not null check (axis between 1 and 5),
    key        text     collate "C" not null,
    primary key (ledger_id, region, axis, key)
);

-- The lending of the borrowers of a region, by one axis, from the deployment to the mark, where it changed since the mark before.
create table ledger.lending_sum (
    ledger_id        smallint not null,
    region           integer  not null,
    axis             smallint not null,
    key              text     collate "C" not null,
    block_number     bigint   not null,
    opened           bigint   not null,
    loans            bigint   not null,
    lent_fen         bigint   not null,
    repaid_fen       bigint   not null,
    written_off_fen  bigint   not null,
    overdue_fen      bigint   not null,
    recovered_fen    bigint   not null,
    interest_fen     bigint   not null,
    fee_fen          bigint   not null,
    primary key (ledger_id, region, axis, key, block_number)
);

-- The receivables of the obligors of a region, from the deployment to the mark, where they changed since the mark before.
create table ledger.receivable_sum (
    ledger_id      smallint not null,
    region         integer  not null,
    block_number   bigint   not null,
    receivables    bigint   not null,
    issued_fen     bigint   not null,
    redeemed_fen   bigint   not null,
    cancelled_fen  bigint   not null,
    primary key (ledger_id, region, block_number)
);

-- How many events of the ledger there are up to the checkpoint.
alter table ledger.checkpoint add column events bigint not null default 0;

-- Nothing looks a party's exposures up by the party alone, and the planner took this index for the one by bank.
drop index ledger.exposure_party;

-- ---- What the indexer calls for each range ------------------------------------------------------------------------------------
-- Planned anew each time: a plan for arrays of any length takes them to be short, and would join thousands of rows one by one.

-- Where parties stand after each block: where they stood before the range, looked up once for each, and what the range has changed up to there. A change
-- that takes itself back within a block leaves a row that repeats the one before, which says nothing wrong.
create procedure ledger.add_holdings(
    for_ledger smallint, move_party integer[], move_block bigint[], move_held integer[], move_held_fen bigint[], move_pledged_fen bigint[],
    move_disputed_fen bigint[], move_owed integer[], move_owed_fen bigint[]) language plpgsql set plan_cache_mode = force_custom_plan as $$
begin
    with m as materialized (
        select * from unnest(move_party, move_block, move_held, move_held_fen, move_pledged_fen, move_disputed_fen, move_owed, move_owed_fen)
               as m (party_id, block_number, held, held_fen, pledged_fen, disputed_fen, owed, owed_fen)),
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
create procedure ledger.add_exposures(
    for_ledger smallint, move_bank integer[], move_side smallint[], move_party integer[], move_block bigint[], move_loans integer[],
    move_outstanding_fen bigint[], move_undisbursed_fen bigint[], move_defaulted_fen bigint[])
language plpgsql set plan_cache_mode = force_custom_plan as $$
begin
    with m as materialized (
        select * from unnest(move_bank, move_side, move_party, move_block, move_loans, move_outstanding_fen, move_undisbursed_fen, move_defaulted_fen)
               as m (bank, side, party_id, block_number, loans, outstanding_fen, undisbursed_fen, defaulted_fen)),
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
create procedure ledger.add_lending(
    for_ledger smallint, before_range bigint, marks bigint[], cell_mark bigint[], cell_day date[], cell_bank integer[], cell_borrower integer[],
    cell_size smallint[], cell_opened bigint[], cell_loans bigint[], cell_lent bigint[], cell_repaid bigint[], cell_written_off bigint[],
    cell_overdue bigint[], cell_recovered bigint[], cell_interest bigint[], cell_fee bigint[])
language plpgsql set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
    insert into ledger.lending_day as d
    select for_ledger, c.day, c.bank, p.region_code, p.industry, c.loan_size, sum(c.opened), sum(c.loans), sum(c.lent_fen), sum(c.repaid_fen),
           sum(c.written_off_fen), sum(c.overdue_fen), sum(c.recovered_fen), sum(c.interest_fen), sum(c.fee_fen)
      from unnest(cell_day, cell_bank, cell_borrower, cell_size, cell_opened, cell_loans, cell_lent, cell_repaid, cell_written_off, cell_overdue,
                  cell_recovered, cell_interest, cell_fee)
           as c (day, bank, borrower, loan_size, opened, loans, lent_fen, repaid_fen, written_off_fen, overdue_fen, recovered_fen, interest_fen, fee_fen)
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
          from unnest(cell_mark, cell_day, cell_bank, cell_borrower, cell_size, cell_opened, cell_loans, cell_lent, cell_repaid, cell_written_off,
                      cell_overdue, cell_recovered, cell_interest, cell_fee)
               as c (mark, day, bank, borrower, loan_size, opened, loans, lent_fen, repaid_fen, written_off_fen, overdue_fen, recovered_fen,
                     interest_fen, fee_fen)
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
create procedure ledger.add_receivables(
    for_ledger smallint, before_range bigint, marks bigint[], cell_mark bigint[], cell_day date[], cell_obligor integer[], cell_receivables bigint[],
    cell_issued bigint[], cell_redeemed bigint[], cell_cancelled bigint[]) language plpgsql set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
    insert into ledger.receivable_day as d
    select for_ledger, c.day, p.region_code, p.industry, sum(c.receivables), sum(c.issued_fen), sum(c.redeemed_fen), sum(c.cancelled_fen)
      from unnest(cell_day, cell_obligor, cell_receivables, cell_issued, cell_redeemed, cell_cancelled)
           as c (day, obligor, receivables, issued_fen, redeemed_fen, cancelled_fen)
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
          from unnest(cell_mark, cell_obligor, cell_receivables, cell_issued, cell_redeemed, cell_cancelled)
               as c (mark, obligor, receivables, issued_fen, redeemed_fen, cancelled_fen)
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

-- Rows that were projected before this table's time: mark by mark, as if each were a range without cells.
do $fill$
declare
    -- As the indexer sets marks from now on, and as the verifier expects them.
    spacing  constant integer := 2048;
    indexed  record;
    passed   record;
begin
    update ledger.checkpoint c set events = (select count(*) from ledger.event e where e.ledger_id = c.ledger_id);
    for indexed in select ledger_id from ledger.checkpoint loop
        for passed in
            select block_number, events from (
                   select block_number, sum(count(*)) over (order by block_number) as events, count(*) as own
                     from ledger.event where ledger_id = indexed.ledger_id group by block_number) b
             where events::bigint / spacing > (events - own)::bigint / spacing order by block_number loop
            call ledger.add_lending(indexed.ledger_id, passed.block_number, array[passed.block_number], '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
                                    '{}', '{}', '{}', '{}', '{}', '{}');
            call ledger.add_receivables(indexed.ledger_id, passed.block_number, array[passed.block_number], '{}', '{}', '{}', '{}', '{}', '{}', '{}');
            insert into ledger.mark (ledger_id, block_number, events) values (indexed.ledger_id, passed.block_number, passed.events);
        end loop;
    end loop;
end $fill$;
drop procedure ledger.add_days(smallint, bigint, bigint);

-- ---- The reports over them ----------------------------------------------------------------------------------------------------

-- The lending of a region up to a block by one axis: the sums at the last mark, and the movements since.
create function ledger.lending_on(for_ledger smallint, as_of_block bigint, for_region integer, of_axis text)
returns table (key text, opened bigint, loans bigint, lent_fen bigint, repaid_fen bigint, written_off_fen bigint, overdue_fen bigint,
               recovered_fen bigint, interest_fen bigint, fee_fen bigint)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    axis_number  smallint := ledger.axis(of_axis);
    marked       bigint;
begin
    select coalesce(max(m.block_number), -1) into marked from ledger.mark m where m.ledger_id = for_ledger and m.block_number <= as_of_block;
    return query
        -- Added up before the region is looked at: the planner takes a region for rare, and would look for its parties' rows one by one.
        with since as materialized (select * from ledger.lending_between(for_ledger, marked, as_of_block))
        select s.key, sum(s.opened)::bigint, sum(s.loans)::bigint, sum(s.lent_fen)::bigint, sum(s.repaid_fen)::bigint, sum(s.written_off_fen)::bigint,
               sum(s.overdue_fen)::bigint, sum(s.recovered_fen)::bigint, sum(s.interest_fen)::bigint, sum(s.fee_fen)::bigint
          from (select k.key, x.opened, x.loans, x.lent_fen, x.repaid_fen, x.written_off_fen, x.overdue_fen, x.recovered_fen, x.interest_fen, x.fee_fen
                  from ledger.lending_key k
                 cross join lateral (select * from ledger.lending_sum x
                                      where x.ledger_id = for_ledger and x.region = k.region and x.axis = k.axis and x.key = k.key
                                        and x.block_number <= marked
                                      order by x.block_number desc limit 1) x
                 where k.ledger_id = for_ledger and k.region = coalesce(for_region, 0) and k.axis = axis_number
                union all
                select (array[m.day::text, m.bank::text, m.industry, m.loan_size::text, m.region_code::text])[axis_number], m.opened, m.loans, m.lent_fen,
                       m.repaid_fen, m.written_off_fen, m.overdue_fen, m.recovered_fen, m.interest_fen, m.fee_fen
                  from since m where report.in_region(m.region_code, for_region)) s
         group by s.key;
end $$;

create function ledger.receivables_up_to(for_ledger smallint, as_of_block bigint, for_region integer)
returns table (receivables bigint, issued_fen bigint, redeemed_fen bigint, cancelled_fen bigint)
language plpgsql stable set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    marked bigint;
begin
    select coalesce(max(m.block_number), -1) into marked from ledger.mark m where m.ledger_id = for_ledger and m.block_number <= as_of_block;
    return query
        with since as materialized (select * from ledger.receivables_between(for_ledger, marked, as_of_block))
        select coalesce(sum(s.receivables), 0)::bigint, coalesce(sum(s.issued_fen), 0)::bigint, coalesce(sum(s.redeemed_fen), 0)::bigint,
               coalesce(sum(s.cancelled_fen), 0)::bigint
          from ((select x.receivables, x.issued_fen, x.redeemed_fen, x.cancelled_fen from ledger.receivable_sum x
                  where x.ledger_id = for_ledger and x.region = coalesce(for_region, 0) and x.block_number <= marked
                  order by x.block_number desc limit 1)
                union all
                select m.receivables, m.issued_fen, m.redeemed_fen, m.cancelled_fen from since m where report.in_region(m.region_code, for_region)) s;
end $$;

create or replace function report.totals_as_of(for_ledger smallint, as_of_block bigint, for_region integer) returns report.totals
language sql stable as $$
    select row(p.enterprises, p.banks, r.receivables, l.opened, l.lent_fen, l.repaid_fen, r.issued_fen, r.redeemed_fen, r.cancelled_fen,
               l.written_off_fen, l.overdue_fen, l.recovered_fen, l.interest_fen, l.fee_fen)::report.totals
      from (select count(*) filter (where kind = 2) as enterprises, count(*) filter (where kind = 3) as banks from ledger.party
             where ledger_id = for_ledger and registered_block <= as_of_block and report.in_region(region_code, for_region)) p,
           ledger.receivables_up_to(for_ledger, as_of_block, for_region) r,
           (select coalesce(sum(opened), 0)::bigint as opened, coalesce(sum(lent_fen), 0)::bigint as lent_fen,
                   coalesce(sum(repaid_fen), 0)::bigint as repaid_fen, coalesce(sum(written_off_fen), 0)::bigint as written_off_fen,
                   coalesce(sum(overdue_fen), 0)::bigint as overdue_fen, coalesce(sum(recovered_fen), 0)::bigint as recovered_fen,
                   coalesce(sum(interest_fen), 0)::bigint as interest_fen, coalesce(sum(fee_fen), 0)::bigint as fee_fen
              from ledger.lending_on(for_ledger, as_of_block, for_region, 'size')) l
$$;

-- The lending of one key each: a day, a month, a region, an industry or a size. Days and months with what was outstanding at their end.
do $make$
declare
    -- name, axis, position, key, running
    shape text[];
    shapes text[] := array[
        ['lending_by_day', 'day', 'replace(key, ''-'', '''')::bigint', 'key', 'yes'],
        ['lending_by_month', 'day', 'replace(left(key, 7), ''-'', '''')::bigint', 'left(key, 7)', 'yes'],
        ['lending_by_region', 'region', 'key::bigint', 'key', ''],
        ['lending_by_industry', 'industry', 'dense_rank() over (order by key)', 'key', ''],
        ['lending_by_size', 'size', 'key::bigint', 'key', '']];
begin
    foreach shape slice 1 in array shapes loop
        execute format($function$
            create or replace function report.%1$I(for_ledger smallint, as_of_block bigint, for_region integer default null)
            returns table ("position" bigint, key text, loans bigint, lent_fen bigint, repaid_fen bigint, outstanding_fen bigint,
                           written_off_fen bigint, overdue_fen bigint, recovered_fen bigint, interest_fen bigint, fee_fen bigint)
            language sql stable as $$
                with named as (select %3$s as p, %4$s as k, d.* from ledger.lending_on(for_ledger, as_of_block, for_region, %2$L) d),
                     total as (select p, k, sum(loans)::bigint as loans, sum(lent_fen)::bigint as lent_fen, sum(repaid_fen)::bigint as repaid_fen,
                                      sum(written_off_fen)::bigint as written_off_fen, sum(overdue_fen)::bigint as overdue_fen,
                                      sum(recovered_fen)::bigint as recovered_fen, sum(interest_fen)::bigint as interest_fen,
                                      sum(fee_fen)::bigint as fee_fen,
                                      sum(lent_fen - repaid_fen - written_off_fen)::bigint as net_fen
                                 from named group by p, k
                               having sum(loans + abs(lent_fen) + repaid_fen + written_off_fen + overdue_fen + recovered_fen + interest_fen + fee_fen) > 0)
                select p, k, loans, lent_fen, repaid_fen, %5$s, written_off_fen, overdue_fen, recovered_fen, interest_fen, fee_fen
                  from total order by p
            $$ $function$,
            shape[1], shape[2], shape[3], shape[4], case shape[5] when 'yes' then '(sum(net_fen) over (order by p))::bigint' else 'net_fen' end);
    end loop;
end $make$;

create or replace function report.lending_by_bank(for_ledger smallint, as_of_block bigint, for_region integer default null)
returns table ("position" bigint, key text, profile_hash bytea, loans bigint, lent_fen bigint, repaid_fen bigint, outstanding_fen bigint,
               written_off_fen bigint, overdue_fen bigint, recovered_fen bigint, interest_fen bigint, fee_fen bigint)
language sql stable as $$
    select t.key::bigint, t.key, b.profile_hash, t.loans, t.lent_fen, t.repaid_fen, t.lent_fen - t.repaid_fen - t.written_off_fen,
           t.written_off_fen, t.overdue_fen, t.recovered_fen, t.interest_fen, t.fee_fen
      from ledger.lending_on(for_ledger, as_of_block, for_region, 'bank') t
      join ledger.party b on b.ledger_id = for_ledger and b.party_id = t.key::integer
     where t.loans + t.lent_fen + t.repaid_fen + t.written_off_fen + t.overdue_fen + t.recovered_fen + t.interest_fen + t.fee_fen > 0
     order by 1
$$;

drop function report.lending_days(smallint, bigint, integer);
drop function report.receivable_days(smallint, bigint, integer);

-- As before, but each ledger and province is asked once, not once for each figure.
create or replace function report.provinces()
returns table (province integer, ledgers bigint, enterprises bigint, banks bigint, loans bigint, lent_fen numeric, repaid_fen numeric,
               outstanding_fen numeric, written_off_fen numeric, overdue_fen numeric, oldest timestamptz) language sql stable as $$
    with known as (
        select l.ledger_id, l.block_number, l.block_time, r.province from report.ledgers l
         cross join lateral (select distinct region_code / 10000 * 10000 as province from ledger.party p where p.ledger_id = l.ledger_id and p.kind in (2, 3)) r
    )
    select k.province, count(*), sum(t.enterprises)::bigint, sum(t.banks)::bigint, sum(t.loans)::bigint, sum(t.lent_fen), sum(t.repaid_fen),
           sum(t.lent_fen - t.repaid_fen - t.written_off_fen), sum(t.written_off_fen), sum(t.overdue_fen), min(k.block_time)
      from known k cross join lateral report.totals_as_of(k.ledger_id, k.block_number, k.province) t
     group by k.province order by k.province
$$;
