-- The reports over days and positions: the same answers as before, for any block at the price of the latest one, and new questions.

-- The last block of a business day that changed anything; the block before the deployment when the day is before it. Null: no such ledger.
create function report.block_of_day(for_ledger smallint, as_of_day date) returns bigint language sql stable as $$
    select coalesce((select d.last_block from ledger.day d where d.ledger_id = for_ledger and d.day <= as_of_day order by d.day desc limit 1),
                    l.deploy_block - 1)
      from ledger.ledger l where l.ledger_id = for_ledger
$$;

-- Whole days up to the block, and of the day that it cuts, the blocks up to it.
create function report.lending_days(for_ledger smallint, as_of_block bigint, for_region integer) returns setof ledger.lending_day
language plpgsql stable as $$
declare
    whole bigint;
begin
    select coalesce(max(d.last_block), -1) into whole from ledger.day d where d.ledger_id = for_ledger and d.last_block <= as_of_block;
    return query
        select l.* from ledger.lending_day l join ledger.day d on d.ledger_id = l.ledger_id and d.day = l.day
         where l.ledger_id = for_ledger and d.last_block <= as_of_block and report.in_region(l.region_code, for_region);
    if exists (select from ledger.day d where d.ledger_id = for_ledger and d.last_block > as_of_block and d.first_block <= as_of_block) then
        return query select l.* from ledger.lending_between(for_ledger, whole, as_of_block) l where report.in_region(l.region_code, for_region);
    end if;
end $$;

create function report.receivable_days(for_ledger smallint, as_of_block bigint, for_region integer) returns setof ledger.receivable_day
language plpgsql stable as $$
declare
    whole bigint;
begin
    select coalesce(max(d.last_block), -1) into whole from ledger.day d where d.ledger_id = for_ledger and d.last_block <= as_of_block;
    return query
        select r.* from ledger.receivable_day r join ledger.day d on d.ledger_id = r.ledger_id and d.day = r.day
         where r.ledger_id = for_ledger and d.last_block <= as_of_block and report.in_region(r.region_code, for_region);
    if exists (select from ledger.day d where d.ledger_id = for_ledger and d.last_block > as_of_block and d.first_block <= as_of_block) then
        return query select r.* from ledger.receivables_between(for_ledger, whole, as_of_block) r where report.in_region(r.region_code, for_region);
    end if;
end $$;

create or replace function report.totals_as_of(for_ledger smallint, as_of_block bigint, for_region integer) returns report.totals
language sql stable as $$
    select row(p.enterprises, p.banks, r.receivables, l.opened, l.lent_fen, l.repaid_fen, r.issued_fen, r.redeemed_fen, r.cancelled_fen,
               l.written_off_fen, l.overdue_fen, l.recovered_fen, l.interest_fen, l.fee_fen)::report.totals
      from (select count(*) filter (where kind = 2) as enterprises, count(*) filter (where kind = 3) as banks from ledger.party
             where ledger_id = for_ledger and registered_block <= as_of_block and report.in_region(region_code, for_region)) p,
           (select coalesce(sum(receivables), 0)::bigint as receivables, coalesce(sum(issued_fen), 0)::bigint as issued_fen,
                   coalesce(sum(redeemed_fen), 0)::bigint as redeemed_fen, coalesce(sum(cancelled_fen), 0)::bigint as cancelled_fen
              from report.receivable_days(for_ledger, as_of_block, for_region)) r,
           (select coalesce(sum(opened), 0)::bigint as opened, coalesce(sum(lent_fen), 0)::bigint as lent_fen,
                   coalesce(sum(repaid_fen), 0)::bigint as repaid_fen, coalesce(sum(written_off_fen), 0)::bigint as written_off_fen,
                   coalesce(sum(overdue_fen), 0)::bigint as overdue_fen, coalesce(sum(recovered_fen), 0)::bigint as recovered_fen,
                   coalesce(sum(interest_fen), 0)::bigint as interest_fen, coalesce(sum(fee_fen), 0)::bigint as fee_fen
              from report.lending_days(for_ledger, as_of_block, for_region)) l
$$;

-- The lending of one key each: a month, a region, a bank, an industry or a size. Months and days with what was outstanding at their end.
do $make$
declare
    -- name, position, key, running
    shape text[];
    shapes text[] := array[
        ['lending_by_day', 'to_char(day, ''YYYYMMDD'')::bigint', 'day::text', 'yes'],
        ['lending_by_month', 'to_char(day, ''YYYYMM'')::bigint', 'to_char(day, ''YYYY-MM'')', 'yes'],
        ['lending_by_region', 'region_code::bigint', 'region_code::text', ''],
        ['lending_by_industry', 'dense_rank() over (order by industry)', 'industry', ''],
        ['lending_by_size', 'loan_size::bigint', 'loan_size::text', '']];
begin
    foreach shape slice 1 in array shapes loop
        execute format($function$
            create or replace function report.%1$I(for_ledger smallint, as_of_block bigint, for_region integer default null)
            returns table ("position" bigint, key text, loans bigint, lent_fen bigint, repaid_fen bigint, outstanding_fen bigint,
                           written_off_fen bigint, overdue_fen bigint, recovered_fen bigint, interest_fen bigint, fee_fen bigint)
            language sql stable as $$
                with named as (select %2$s as p, %3$s as k, d.* from report.lending_days(for_ledger, as_of_block, for_region) d),
                     total as (select p, k, sum(loans)::bigint as loans, sum(lent_fen)::bigint as lent_fen, sum(repaid_fen)::bigint as repaid_fen,
                                      sum(written_off_fen)::bigint as written_off_fen, sum(overdue_fen)::bigint as overdue_fen,
                                      sum(recovered_fen)::bigint as recovered_fen, sum(interest_fen)::bigint as interest_fen,
                                      sum(fee_fen)::bigint as fee_fen,
                                      sum(lent_fen - repaid_fen - written_off_fen)::bigint as net_fen
                                 from named group by p, k
                               having sum(loans + abs(lent_fen) + repaid_fen + written_off_fen + overdue_fen + recovered_fen + interest_fen + fee_fen) > 0)
                select p, k, loans, lent_fen, repaid_fen, %4$s, written_off_fen, overdue_fen, recovered_fen, interest_fen, fee_fen
                  from total order by p
            $$ $function$,
            shape[1], shape[2], shape[3], case shape[4] when 'yes' then '(sum(net_fen) over (order by p))::bigint' else 'net_fen' end);
    end loop;
end $make$;

create or replace function report.lending_by_bank(for_ledger smallint, as_of_block bigint, for_region integer default null)
returns table ("position" bigint, key text, profile_hash bytea, loans bigint, lent_fen bigint, repaid_fen bigint, outstanding_fen bigint,
               written_off_fen bigint, overdue_fen bigint, recovered_fen bigint, interest_fen bigint, fee_fen bigint)
language sql stable as $$
    with total as (
        select d.bank, sum(d.loans)::bigint as loans, sum(d.lent_fen)::bigint as lent_fen, sum(d.repaid_fen)::bigint as repaid_fen,
               sum(d.written_off_fen)::bigint as written_off_fen, sum(d.overdue_fen)::bigint as overdue_fen,
               sum(d.recovered_fen)::bigint as recovered_fen, sum(d.interest_fen)::bigint as interest_fen, sum(d.fee_fen)::bigint as fee_fen
          from report.lending_days(for_ledger, as_of_block, for_region) d group by d.bank
        having sum(d.loans + d.lent_fen + d.repaid_fen + d.written_off_fen + d.overdue_fen + d.recovered_fen + d.interest_fen + d.fee_fen) > 0
    )
    select t.bank::bigint, t.bank::text, b.profile_hash, t.loans, t.lent_fen, t.repaid_fen, t.lent_fen - t.repaid_fen - t.written_off_fen,
           t.written_off_fen, t.overdue_fen, t.recovered_fen, t.interest_fen, t.fee_fen
      from total t join ledger.party b on b.ledger_id = for_ledger and b.party_id = t.bank
     order by t.bank
$$;
drop view report.loan_movement;

-- Parties over time: those that stood at the end of each month in which one was registered.
create function report.parties_by_month(for_ledger smallint, as_of_block bigint, for_region integer default null)
returns table (key text, enterprises bigint, banks bigint, new_enterprises bigint, new_banks bigint) language sql stable as $$
    with month as (
        select report.business_month(registered_at) as key, count(*) filter (where kind = 2) as enterprises, count(*) filter (where kind = 3) as banks
          from ledger.party
         where ledger_id = for_ledger and registered_block <= as_of_block and kind in (2, 3) and report.in_region(region_code, for_region)
         group by 1)
    select key, (sum(enterprises) over w)::bigint, (sum(banks) over w)::bigint, enterprises, banks from month window w as (order by key) order by key
$$;

-- What each party held and owed as of a block; parties that never held or owed anything are left out. after, at_most: a page.
create function report.holdings(for_ledger smallint, as_of_block bigint, after_party integer default 0, at_most integer default 500)
returns table (party_id integer, kind smallint, region_code integer, held integer, held_fen bigint, pledged_fen bigint, disputed_fen bigint,
               owed integer, owed_fen bigint, since_block bigint) language sql stable as $$
    select p.party_id, p.kind, p.region_code, h.held, h.held_fen, h.pledged_fen, h.disputed_fen, h.owed, h.owed_fen, h.block_number
      from ledger.party p
     cross join lateral (select * from ledger.holding x
                          where x.ledger_id = for_ledger and x.party_id = p.party_id and x.block_number <= as_of_block
                          order by x.block_number desc limit 1) h
     where p.ledger_id = for_ledger and p.party_id > after_party
     order by p.party_id limit at_most
$$;

-- What banks had out as of a block. for_side: 0 each bank as a whole, 1 by obligor, 2 by borrower. for_bank null: of all banks.
create function report.exposures(for_ledger smallint, as_of_block bigint, for_side smallint, for_bank integer default null)
returns table (bank integer, party_id integer, loans integer, outstanding_fen bigint, undisbursed_fen bigint, defaulted_fen bigint, since_block bigint)
language sql stable as $$
    select k.bank, k.party_id, e.loans, e.outstanding_fen, e.undisbursed_fen, e.defaulted_fen, e.block_number
      from (select c.bank, c.party_id from ledger.credit_line c where c.ledger_id = for_ledger and c.side = for_side
            union all
            select t.bank, t.bank from ledger.bank_totals t where t.ledger_id = for_ledger and for_side = 0) k
     cross join lateral (select * from ledger.exposure x
                          where x.ledger_id = for_ledger and x.bank = k.bank and x.side = for_side and x.party_id = k.party_id
                            and x.block_number <= as_of_block
                          order by x.block_number desc limit 1) e
     where for_bank is null or k.bank = for_bank
     order by k.bank, k.party_id
$$;

-- Every receivable that came of the same issue as this one, root first: what was split from what.
create function report.receivable_tree(for_ledger smallint, of_receivable bigint)
returns table (receivable_id bigint, parent_id bigint, depth smallint, holder integer, issued_amount_fen bigint, amount_fen bigint, status smallint)
language sql stable as $$
    with recursive up as (
        select r.receivable_id, r.parent_id from ledger.receivable r where r.ledger_id = for_ledger and r.receivable_id = of_receivable
        union all
        select r.receivable_id, r.parent_id from up join ledger.receivable r on r.ledger_id = for_ledger and r.receivable_id = up.parent_id
    ), down as (
        select r.* from ledger.receivable r join up on up.parent_id is null and r.ledger_id = for_ledger and r.receivable_id = up.receivable_id
        union all
        select r.* from down join ledger.receivable r on r.ledger_id = for_ledger and r.parent_id = down.receivable_id
    )
    select receivable_id, parent_id, depth, holder, issued_amount_fen, amount_fen, status from down order by depth, receivable_id
$$;
create index receivable_parent on ledger.receivable (ledger_id, parent_id) where parent_id is not null;

-- ---- Several ledgers ----------------------------------------------------------------------------------------------------------

-- How far a streaming replica that answers is behind at most; null on the primary. Where all that has arrived is applied, and the stream stands,
-- nothing is missing. Otherwise something may be, since the last change.
create function report.replica_lag() returns interval language sql volatile as $$
    select case when not pg_is_in_recovery() then null
                when exists (select from pg_stat_wal_receiver) and pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() then interval '0'
                else greatest(interval '0', clock_timestamp() - pg_last_xact_replay_timestamp())
           end
$$;

-- The ledgers of this database and how far each is. A rebuild that is under way stands under a negative number and is not among them.
create view report.ledgers as
    select l.ledger_id, l.name, l.chain_id, l.address, c.block_number, c.block_hash, c.block_time, c.indexed_at,
           report.replica_lag() as replica_lag
      from ledger.ledger l join ledger.checkpoint c using (ledger_id)
     where l.ledger_id > 0;

-- The provinces of all ledgers together, each ledger at its own last block. oldest: the time of the block that is furthest behind.
create function report.provinces()
returns table (province integer, ledgers bigint, enterprises bigint, banks bigint, loans bigint, lent_fen numeric, repaid_fen numeric,
               outstanding_fen numeric, written_off_fen numeric, overdue_fen numeric, oldest timestamptz) language sql stable as $$
    with known as (
        select l.ledger_id, l.block_number, l.block_time, r.province from report.ledgers l
         cross join lateral (select distinct region_code / 10000 * 10000 as province from ledger.party p where p.ledger_id = l.ledger_id and p.kind in (2, 3)) r
    )
    select k.province, count(*), sum((t.f).enterprises)::bigint, sum((t.f).banks)::bigint, sum((t.f).loans)::bigint,
           sum((t.f).lent_fen), sum((t.f).repaid_fen), sum((t.f).lent_fen - (t.f).repaid_fen - (t.f).written_off_fen),
           sum((t.f).written_off_fen), sum((t.f).overdue_fen), min(k.block_time)
      from known k cross join lateral (select report.totals_as_of(k.ledger_id, k.block_number, k.province) as f) t
     group by k.province order by k.province
$$;
