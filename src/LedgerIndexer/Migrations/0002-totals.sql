-- Running totals of the projected rows, so that a batch is compared with the ledger's control totals without adding up all rows.
-- Triggers keep them, not the indexer: any change of a projected row, by whomever, moves them, and the next comparison finds it.
-- Money that is recorded twice (a loan's repaid amount and its repayments) is added up on both sides.
create table ledger.running_totals (
    ledger_id        smallint primary key references ledger.ledger,
    enterprises      bigint   not null default 0,
    banks            bigint   not null default 0,
    receivables      bigint   not null default 0,
    issued_fen       bigint   not null default 0,  -- face of receivables that are not a part of another
    owed_fen         bigint   not null default 0,  -- what is still owed on all receivables
    redeemed_fen     bigint   not null default 0,
    cancelled_fen    bigint   not null default 0,
    loans            bigint   not null default 0,
    lent_fen         bigint   not null default 0,
    repaid_fen       bigint   not null default 0,
    written_off_fen  bigint   not null default 0,
    overdue_fen      bigint   not null default 0,
    recovered_fen    bigint   not null default 0,
    interest_fen     bigint   not null default 0,
    fee_fen          bigint   not null default 0,
    redemptions_fen           bigint not null default 0,
    cancellations_fen         bigint not null default 0,
    disbursements_fen         bigint not null default 0,
    repayments_principal_fen  bigint not null default 0,
    repayments_interest_fen   bigint not null default 0,
    repayments_fee_fen        bigint not null default 0,
    defaults_fen              bigint not null default 0,
    write_offs_fen            bigint not null default 0,
    recoveries_fen            bigint not null default 0
) with (fillfactor = 20);

-- The same of one bank: a bank has a row from its first loan on.
create table ledger.bank_totals (
    ledger_id          smallint not null,
    bank               integer  not null,
    lent_fen           bigint   not null default 0,
    repaid_fen         bigint   not null default 0,
    written_off_fen    bigint   not null default 0,
    overdue_fen        bigint   not null default 0,
    disbursements_fen  bigint   not null default 0,
    repayments_fen     bigint   not null default 0,
    write_offs_fen     bigint   not null default 0,
    defaults_fen       bigint   not null default 0,
    primary key (ledger_id, bank)
) with (fillfactor = 50);

-- What is added up, from which rows, into which totals. Triggers and comparisons are made from this list.
create table ledger.tally (
    totals   text not null,  -- the table of the sums
    keys     text not null,  -- its columns that say which sum
    rows_of  text not null,  -- the table of the rows
    by       text not null,  -- what the keys are in it
    figure   text not null,
    adds     text not null,
    primary key (totals, rows_of, by, figure)
);

insert into ledger.tally (totals, keys, rows_of, by, figure, adds)
select 'running_totals', 'ledger_id', t.rows_of, 'ledger_id', t.figure, t.adds from (values
    ('party',         'enterprises',              'count(*) filter (where kind = 2)'),
    ('party',         'banks',                    'count(*) filter (where kind = 3)'),
    ('receivable',    'receivables',              'count(*)'),
    ('receivable',    'issued_fen',               'sum(issued_amount_fen) filter (where depth = 0)'),
    ('receivable',    'owed_fen',                 'sum(amount_fen)'),
    ('receivable',    'redeemed_fen',             'sum(redeemed_fen)'),
    ('receivable',    'cancelled_fen',            'sum(cancelled_fen)'),
    ('loan',          'loans',                    'count(*)'),
    ('loan',          'lent_fen',                 'sum(disbursed_fen)'),
    ('loan',          'repaid_fen',               'sum(repaid_fen)'),
    ('loan',          'written_off_fen',          'sum(written_off_fen)'),
    ('loan',          'overdue_fen',              'sum(overdue_fen)'),
    ('loan',          'recovered_fen',            'sum(recovered_fen)'),
    ('loan',          'interest_fen',             'sum(interest_fen)'),
    ('loan',          'fee_fen',                  'sum(fee_fen)'),
    ('redemption',    'redemptions_fen',          'sum(amount_fen)'),
    ('cancellation',  'cancellations_fen',        'sum(amount_fen)'),
    ('disbursement',  'disbursements_fen',        'sum(amount_fen)'),
    ('repayment',     'repayments_principal_fen', 'sum(principal_fen)'),
    ('repayment',     'repayments_interest_fen',  'sum(interest_fen)'),
    ('repayment',     'repayments_fee_fen',       'sum(fee_fen)'),
    ('loan_default',  'defaults_fen',             'sum(outstanding_fen)'),
    ('write_off',     'write_offs_fen',           'sum(amount_fen)'),
    ('loan_recovery', 'recoveries_fen',           'sum(amount_fen)')) t (rows_of, figure, adds)
union all
select 'bank_totals', 'ledger_id, bank', t.rows_of, 'ledger_id, bank', t.figure, t.adds from (values
    ('loan',         'lent_fen',          'sum(disbursed_fen)'),
    ('loan',         'repaid_fen',        'sum(repaid_fen)'),
    ('loan',         'written_off_fen',   'sum(written_off_fen)'),
    ('loan',         'overdue_fen',       'sum(overdue_fen)'),
    ('disbursement', 'disbursements_fen', 'sum(amount_fen)'),
    ('repayment',    'repayments_fen',    'sum(principal_fen)'),
    ('write_off',    'write_offs_fen',    'sum(amount_fen)'),
    ('loan_default', 'defaults_fen',      'sum(outstanding_fen)')) t (rows_of, figure, adds)
union all
-- A loan uses its bank's lines until it ends: what is outstanding, and what can still be disbursed.
select 'credit_line', 'ledger_id, bank, party_id, side', 'loan', t.by, 'used_fen',
       'sum(principal_fen - repaid_fen - written_off_fen) filter (where status in (1, 2, 5))' from (values
    ('ledger_id, bank, obligor, 1::smallint'),
    ('ledger_id, bank, borrower, 2::smallint')) t (by);

-- A statement that adds rows to their totals (sign '+') or takes them off ('-'), one for each totals table and key.
create function ledger.tally_statements(subject text, source text, sign text) returns text language sql stable as $$
    select string_agg(
        format('insert into ledger.%I as t (%s, %s) select %s, %s from %I group by %s on conflict (%s) do update set %s;',
               totals, keys, figures, by, sums, source, by, keys, additions), E'\n')
      from (select totals, keys, by,
                   string_agg(figure, ', ' order by figure) as figures,
                   string_agg(format('%scoalesce(%s, 0)::bigint', sign, adds), ', ' order by figure) as sums,
                   string_agg(format('%1$I = t.%1$I + excluded.%1$I', figure), ', ' order by figure) as additions
              from ledger.tally where rows_of = subject group by totals, keys, by) statement
$$;

create function ledger.refuse_truncate() returns trigger language plpgsql as $$
begin
    raise exception 'rows of % are counted in ledger.running_totals: delete them instead of truncating', tg_table_name;
end $$;

-- A trigger with transition tables serves one event each.
do $make$
declare
    subject text;
begin
    for subject in select distinct rows_of from ledger.tally loop
        execute format($function$
            create function ledger.tally_%1$s() returns trigger language plpgsql as $$
            begin
                if tg_op <> 'INSERT' then
                    %2$s
                end if;
                if tg_op <> 'DELETE' then
                    %3$s
                end if;
                return null;
            end $$ $function$,
            subject, ledger.tally_statements(subject, 'old_rows', '-'), ledger.tally_statements(subject, 'new_rows', '+'));
        execute format('create trigger tally_insert after insert on ledger.%1$I referencing new table as new_rows
                        for each statement execute function ledger.tally_%1$s()', subject);
        execute format('create trigger tally_update after update on ledger.%1$I referencing old table as old_rows new table as new_rows
                        for each statement execute function ledger.tally_%1$s()', subject);
        execute format('create trigger tally_delete after delete on ledger.%1$I referencing old table as old_rows
                        for each statement execute function ledger.tally_%1$s()', subject);
        execute format('create trigger refuse_truncate before truncate on ledger.%1$I
                        for each statement execute function ledger.refuse_truncate()', subject);
    end loop;
end $make$;

-- Totals that are not the sums of their rows, each with its table, keys and the figures by which it is off. The indexer looks for them when
-- it starts, and finds what was changed around the triggers.
create function ledger.unsound_totals(for_ledger smallint) returns setof text language plpgsql stable as $$
declare
    kept  record;
    parts text;
begin
    for kept in
        select totals, keys, array_agg(distinct figure order by figure) as figures from ledger.tally group by totals, keys
    loop
        -- The stored sums less those of the rows, table by table; a figure that a table does not add to is 0 there.
        select string_agg(format('select %s, %s from ledger.%I where ledger_id = $1 group by %s', s.by, s.sums, s.rows_of, s.by), ' union all ')
          into parts
          from (select t.by, t.rows_of, string_agg(
                           coalesce((select format('-coalesce(%s, 0)', x.adds) from ledger.tally x
                                      where (x.totals, x.rows_of, x.by, x.figure) = (kept.totals, t.rows_of, t.by, f.name)), '0'), ', ' order by f.name) as sums
                  from (select distinct by, rows_of from ledger.tally where totals = kept.totals) t, unnest(kept.figures) f (name)
                 group by t.by, t.rows_of) s;
        return query execute format(
            'select concat(%L, row(%s), '' is off by '', row(%s)) from (select %s, %s from ledger.%I where ledger_id = $1 union all %s) s
              group by %s having %s',
            kept.totals, kept.keys,
            (select string_agg(format('sum(%I)', name), ', ' order by name) from unnest(kept.figures) f (name)),
            kept.keys, array_to_string(kept.figures, ', '), kept.totals, parts,
            kept.keys,
            (select string_agg(format('sum(%I) <> 0', name), ' or ') from unnest(kept.figures) f (name)))
            using for_ledger;
    end loop;
end $$;
