-- Running totals of the projected rows, so that a batch is compared with the ledger's control totals without adding up all rows.
-- Triggers keep them, not the indexer: any change of a projected row, by whomever, moves them, and the next comparison finds it.
-- Money that is recorded twice (a loan's repaid amount and its repayments) is added up on both sides.
create table ledger.running_totals (
    ledger_id         smallint primary key references ledger.ledger,
    enterprises       bigint   not null default 0,
    banks             bigint   not null default 0,
    receivables       bigint   not null default 0,
    issued_fen        bigint   not null default 0,  -- face of receivables that are not a part of another
    owed_fen          bigint   not null default 0,  -- what is still owed on all receivables
    redeemed_fen      bigint   not null default 0,
    loans             bigint   not null default 0,
    lent_fen          bigint   not null default 0,  -- principal of the loans that were disbursed
    repaid_fen        bigint   not null default 0,
    interest_fen      bigint   not null default 0,
    disbursements_fen        bigint not null default 0,
    repayments_principal_fen bigint not null default 0,
    repayments_interest_fen  bigint not null default 0,
    redemptions_fen          bigint not null default 0
) with (fillfactor = 20);

create function ledger.tally_party() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        update ledger.running_totals t
           set enterprises = t.enterprises - d.enterprises, banks = t.banks - d.banks
          from (select ledger_id, count(*) filter (where kind = 2) as enterprises, count(*) filter (where kind = 3) as banks
                  from old_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    if tg_op <> 'DELETE' then
        update ledger.running_totals t
           set enterprises = t.enterprises + d.enterprises, banks = t.banks + d.banks
          from (select ledger_id, count(*) filter (where kind = 2) as enterprises, count(*) filter (where kind = 3) as banks
                  from new_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    return null;
end $$;

create function ledger.tally_receivable() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        update ledger.running_totals t
           set receivables = t.receivables - d.receivables, issued_fen = t.issued_fen - d.issued_fen,
               owed_fen = t.owed_fen - d.owed_fen, redeemed_fen = t.redeemed_fen - d.redeemed_fen
          from (select ledger_id, count(*) as receivables,
                       coalesce(sum(issued_amount_fen) filter (where depth = 0), 0)::bigint as issued_fen,
                       sum(amount_fen)::bigint as owed_fen, sum(redeemed_fen)::bigint as redeemed_fen
                  from old_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    if tg_op <> 'DELETE' then
        update ledger.running_totals t
           set receivables = t.receivables + d.receivables, issued_fen = t.issued_fen + d.issued_fen,
               owed_fen = t.owed_fen + d.owed_fen, redeemed_fen = t.redeemed_fen + d.redeemed_fen
          from (select ledger_id, count(*) as receivables,
                       coalesce(sum(issued_amount_fen) filter (where depth = 0), 0)::bigint as issued_fen,
                       sum(amount_fen)::bigint as owed_fen, sum(redeemed_fen)::bigint as redeemed_fen
                  from new_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    return null;
end $$;

create function ledger.tally_loan() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        update ledger.running_totals t
           set loans = t.loans - d.loans, lent_fen = t.lent_fen - d.lent_fen,
               repaid_fen = t.repaid_fen - d.repaid_fen, interest_fen = t.interest_fen - d.interest_fen
          from (select ledger_id, count(*) as loans,
                       coalesce(sum(principal_fen) filter (where status > 1), 0)::bigint as lent_fen,
                       sum(repaid_fen)::bigint as repaid_fen, sum(interest_fen)::bigint as interest_fen
                  from old_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    if tg_op <> 'DELETE' then
        update ledger.running_totals t
           set loans = t.loans + d.loans, lent_fen = t.lent_fen + d.lent_fen,
               repaid_fen = t.repaid_fen + d.repaid_fen, interest_fen = t.interest_fen + d.interest_fen
          from (select ledger_id, count(*) as loans,
                       coalesce(sum(principal_fen) filter (where status > 1), 0)::bigint as lent_fen,
                       sum(repaid_fen)::bigint as repaid_fen, sum(interest_fen)::bigint as interest_fen
                  from new_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    return null;
end $$;

create function ledger.tally_disbursement() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        update ledger.running_totals t set disbursements_fen = t.disbursements_fen - d.fen
          from (select ledger_id, sum(amount_fen)::bigint as fen from old_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    if tg_op <> 'DELETE' then
        update ledger.running_totals t set disbursements_fen = t.disbursements_fen + d.fen
          from (select ledger_id, sum(amount_fen)::bigint as fen from new_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    return null;
end $$;

create function ledger.tally_repayment() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        update ledger.running_totals t
           set repayments_principal_fen = t.repayments_principal_fen - d.principal_fen,
               repayments_interest_fen = t.repayments_interest_fen - d.interest_fen
          from (select ledger_id, sum(principal_fen)::bigint as principal_fen, sum(interest_fen)::bigint as interest_fen
                  from old_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    if tg_op <> 'DELETE' then
        update ledger.running_totals t
           set repayments_principal_fen = t.repayments_principal_fen + d.principal_fen,
               repayments_interest_fen = t.repayments_interest_fen + d.interest_fen
          from (select ledger_id, sum(principal_fen)::bigint as principal_fen, sum(interest_fen)::bigint as interest_fen
                  from new_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    return null;
end $$;

create function ledger.tally_redemption() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        update ledger.running_totals t set redemptions_fen = t.redemptions_fen - d.fen
          from (select ledger_id, sum(amount_fen)::bigint as fen from old_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    if tg_op <> 'DELETE' then
        update ledger.running_totals t set redemptions_fen = t.redemptions_fen + d.fen
          from (select ledger_id, sum(amount_fen)::bigint as fen from new_rows group by ledger_id) d
         where t.ledger_id = d.ledger_id;
    end if;
    return null;
end $$;

create function ledger.refuse_truncate() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are counted in ledger.running_totals: delete them instead of truncating', tg_table_name;
end $$;

-- A trigger with transition tables serves one event each.
do $$
declare
    subject text;
begin
    foreach subject in array array['party', 'receivable', 'loan', 'disbursement', 'repayment', 'redemption'] loop
        execute format('create trigger tally_insert after insert on ledger.%1$I referencing new table as new_rows
                        for each statement execute function ledger.tally_%1$s()', subject);
        execute format('create trigger tally_update after update on ledger.%1$I referencing old table as old_rows new table as new_rows
                        for each statement execute function ledger.tally_%1$s()', subject);
        execute format('create trigger tally_delete after delete on ledger.%1$I referencing old table as old_rows
                        for each statement execute function ledger.tally_%1$s()', subject);
        execute format('create trigger refuse_truncate before truncate on ledger.%1$I
                        for each statement execute function ledger.refuse_truncate()', subject);
    end loop;
end $$;

-- The same figures added up from all rows. The indexer compares them with the running totals when it starts.
create function ledger.recompute_totals(for_ledger smallint) returns setof ledger.running_totals
language sql stable as $$
    select for_ledger, p.enterprises, p.banks, r.receivables, r.issued_fen, r.owed_fen, r.redeemed_fen,
           l.loans, l.lent_fen, l.repaid_fen, l.interest_fen,
           d.fen, q.principal_fen, q.interest_fen, m.fen
      from (select count(*) filter (where kind = 2) as enterprises, count(*) filter (where kind = 3) as banks
              from ledger.party where ledger_id = for_ledger) p,
           (select count(*) as receivables, coalesce(sum(issued_amount_fen) filter (where depth = 0), 0)::bigint as issued_fen,
                   coalesce(sum(amount_fen), 0)::bigint as owed_fen, coalesce(sum(redeemed_fen), 0)::bigint as redeemed_fen
              from ledger.receivable where ledger_id = for_ledger) r,
           (select count(*) as loans, coalesce(sum(principal_fen) filter (where status > 1), 0)::bigint as lent_fen,
                   coalesce(sum(repaid_fen), 0)::bigint as repaid_fen, coalesce(sum(interest_fen), 0)::bigint as interest_fen
              from ledger.loan where ledger_id = for_ledger) l,
           (select coalesce(sum(amount_fen), 0)::bigint as fen from ledger.disbursement where ledger_id = for_ledger) d,
           (select coalesce(sum(principal_fen), 0)::bigint as principal_fen, coalesce(sum(interest_fen), 0)::bigint as interest_fen
              from ledger.repayment where ledger_id = for_ledger) q,
           (select coalesce(sum(amount_fen), 0)::bigint as fen from ledger.redemption where ledger_id = for_ledger) m
$$;
