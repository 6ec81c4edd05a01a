-- The schema `report`: the public read interface. Functions take a ledger, an optional block (as of which they answer; null: the
-- index's last block) and an optional region. Months are business months in China Standard Time.
--
-- A region code that ends in 0000 stands for its province, one that ends in 00 for its prefecture, any other for itself (GB/T 2260).
-- Parties count in their own region, receivables in the obligor's, loans and their payments in the borrower's.

create function report.in_region(code integer, region integer) returns boolean language sql immutable parallel safe as $$
    select case when region is null then true
                when region % 10000 = 0 then code / 10000 = region / 10000
                when region % 100 = 0 then code / 100 = region / 100
                else code = region end
$$;

-- Names of regions for readers; a code without a row is shown as it is. (GB/T 2260: Zhejiang's prefectures, the counties of Jinhua, and
-- the neighbours of Yongkang.)
create table report.region (
    code     integer primary key check (code between 110000 and 829999),
    name_zh  text not null,
    name_en  text not null
);
insert into report.region (code, name_zh, name_en) values
    (330000, '浙江省', 'Zhejiang'),
    (330100, '杭州市', 'Hangzhou'), (330200, '宁波市', 'Ningbo'), (330300, '温州市', 'Wenzhou'), (330400, '嘉兴市', 'Jiaxing'),
    (330500, '湖州市', 'Huzhou'), (330600, '绍兴市', 'Shaoxing'), (330700, '金华市', 'Jinhua'), (330800, '衢州市', 'Quzhou'),
    (330900, '舟山市', 'Zhoushan'), (331000, '台州市', 'Taizhou'), (331100, '丽水市', 'Lishui'),
    (330702, '金华市婺城区', 'Wucheng'), (330703, '金华市金东区', 'Jindong'), (330723, '武义县', 'Wuyi'), (330726, '浦江县', 'Pujiang'),
    (330727, '磐安县', 'Pan''an'), (330781, '兰溪市', 'Lanxi'), (330782, '义乌市', 'Yiwu'), (330783, '东阳市', 'Dongyang'),
    (330784, '永康市', 'Yongkang'), (331122, '缙云县', 'Jinyun');

create function report.business_month(moment timestamptz) returns text language sql stable parallel safe as $$
    select to_char(moment at time zone 'Asia/Shanghai', 'YYYY-MM')
$$;

create type report.totals as (
    enterprises bigint, banks bigint, receivables bigint, loans bigint,
    lent_fen bigint, repaid_fen bigint, issued_fen bigint, redeemed_fen bigint, cancelled_fen bigint,
    written_off_fen bigint, overdue_fen bigint, recovered_fen bigint, interest_fen bigint, fee_fen bigint
);

-- Every payment and loss of loans, each with the figures that it adds to. loans: 1 with the first disbursement of a loan.
create view report.loan_movement as
    select ledger_id, bank, borrower, block_number, block_time, is_first::integer as loans, amount_fen as lent_fen, 0::bigint as repaid_fen,
           0::bigint as written_off_fen, 0::bigint as overdue_fen, 0::bigint as recovered_fen, 0::bigint as interest_fen, 0::bigint as fee_fen
      from ledger.disbursement
    union all
    select ledger_id, bank, borrower, block_number, block_time, 0, 0, principal_fen, 0, 0, 0, interest_fen, fee_fen from ledger.repayment
    union all
    select ledger_id, bank, borrower, block_number, block_time, 0, 0, 0, amount_fen, 0, 0, 0, 0 from ledger.write_off
    union all
    select ledger_id, bank, borrower, block_number, block_time, 0, 0, 0, 0, outstanding_fen, 0, 0, 0 from ledger.loan_default
    union all
    select ledger_id, bank, borrower, block_number, block_time, 0, 0, 0, 0, 0, amount_fen, 0, 0 from ledger.loan_recovery;

-- Added up from rows, so it serves any block and region; the whole ledger at its last block is cheaper from ledger.running_totals.
create function report.totals_as_of(for_ledger smallint, as_of_block bigint, for_region integer) returns report.totals
language sql stable as $$
    with member as (
        select party_id, kind, registered_block from ledger.party
         where ledger_id = for_ledger and report.in_region(region_code, for_region)
    )
    select row(
        (select count(*) from member where kind = 2 and registered_block <= as_of_block),
        (select count(*) from member where kind = 3 and registered_block <= as_of_block),
        r.receivables, l.loans, m.lent_fen, m.repaid_fen, r.issued_fen, d.fen, c.fen,
        m.written_off_fen, m.overdue_fen, m.recovered_fen, m.interest_fen, m.fee_fen)::report.totals
      from (select count(*) as receivables, coalesce(sum(issued_amount_fen) filter (where depth = 0), 0)::bigint as issued_fen
              from ledger.receivable x join member on member.party_id = x.obligor
             where x.ledger_id = for_ledger and x.issued_block <= as_of_block) r,
           (select coalesce(sum(amount_fen), 0)::bigint as fen from ledger.redemption x join member on member.party_id = x.obligor
             where x.ledger_id = for_ledger and x.block_number <= as_of_block) d,
           (select coalesce(sum(amount_fen), 0)::bigint as fen from ledger.cancellation x join member on member.party_id = x.obligor
             where x.ledger_id = for_ledger and x.block_number <= as_of_block) c,
           (select count(*) as loans from ledger.loan x join member on member.party_id = x.borrower
             where x.ledger_id = for_ledger and x.opened_block <= as_of_block) l,
           (select coalesce(sum(lent_fen), 0)::bigint as lent_fen, coalesce(sum(repaid_fen), 0)::bigint as repaid_fen,
                   coalesce(sum(written_off_fen), 0)::bigint as written_off_fen, coalesce(sum(overdue_fen), 0)::bigint as overdue_fen,
                   coalesce(sum(recovered_fen), 0)::bigint as recovered_fen, coalesce(sum(interest_fen), 0)::bigint as interest_fen,
                   coalesce(sum(fee_fen), 0)::bigint as fee_fen
              from report.loan_movement x join member on member.party_id = x.borrower
             where x.ledger_id = for_ledger and x.block_number <= as_of_block) m
$$;

-- What the contract itself answered at that block: null where no comparison took place between the last event and the block.
create function report.control_totals_as_of(for_ledger smallint, as_of_block bigint) returns report.totals
language sql stable as $$
    select row(c.enterprises, c.banks, c.receivables, c.loans,
               c.lent_fen, c.repaid_fen, c.issued_fen, c.redeemed_fen, c.cancelled_fen,
               c.written_off_fen, c.overdue_fen, c.recovered_fen, c.interest_fen, c.fee_fen)::report.totals
      from (select * from ledger.control_totals
             where ledger_id = for_ledger and block_number <= as_of_block order by block_number desc limit 1) c
     where not exists (select from ledger.event e
                        where e.ledger_id = for_ledger and e.block_number > c.block_number and e.block_number <= as_of_block)
$$;

-- The time of a block, or of the last one before it that is known here.
create function report.block_time(for_ledger smallint, as_of_block bigint) returns timestamptz
language sql stable as $$
    select max(t) from (
        select block_time as t from ledger.checkpoint where ledger_id = for_ledger and block_number <= as_of_block
        union all
        (select block_time from ledger.control_totals
          where ledger_id = for_ledger and block_number <= as_of_block order by block_number desc limit 1)
        union all
        (select block_time from ledger.event
          where ledger_id = for_ledger and block_number <= as_of_block order by block_number desc limit 1)) known
$$;

-- One row, or none while the ledger has no checkpoint. outstanding = lent - repaid - written off. ledger_totals_match: true or false where the
-- figures were compared with what the contract answered at that block; null where they were not (a block between comparisons, or a region,
-- which the ledger does not add up).
create function report.summary(for_ledger smallint, as_of_block bigint default null, for_region integer default null)
returns table (ledger_id smallint, enterprises bigint, banks bigint, receivables bigint, loans bigint,
               lent_fen bigint, repaid_fen bigint, outstanding_fen bigint, issued_fen bigint, redeemed_fen bigint, cancelled_fen bigint,
               written_off_fen bigint, overdue_fen bigint, recovered_fen bigint, interest_fen bigint, fee_fen bigint,
               block_number bigint, block_time timestamptz, ledger_totals_match boolean)
language plpgsql stable as $$
declare
    at_block bigint;
    figures  report.totals;
    control  report.totals;
    -- Money stands twice in the tables, as a state and as payments: both must agree before anything is called a match.
    sound    boolean := true;
begin
    select coalesce(as_of_block, c.block_number) into at_block from ledger.checkpoint c where c.ledger_id = for_ledger;
    if not found then
        return;
    end if;
    if as_of_block is null and for_region is null then
        select t.enterprises, t.banks, t.receivables, t.loans,
               t.disbursements_fen, t.repayments_principal_fen, t.issued_fen, t.redemptions_fen, t.cancellations_fen,
               t.write_offs_fen, t.defaults_fen, t.recoveries_fen, t.repayments_interest_fen, t.repayments_fee_fen
          into figures from ledger.running_totals t where t.ledger_id = for_ledger;
        select (t.lent_fen, t.repaid_fen, t.redeemed_fen, t.cancelled_fen, t.written_off_fen, t.overdue_fen, t.recovered_fen,
                t.interest_fen, t.fee_fen, t.owed_fen + t.redeemed_fen + t.cancelled_fen)
             = (t.disbursements_fen, t.repayments_principal_fen, t.redemptions_fen, t.cancellations_fen, t.write_offs_fen, t.defaults_fen,
                t.recoveries_fen, t.repayments_interest_fen, t.repayments_fee_fen, t.issued_fen)
          into sound from ledger.running_totals t where t.ledger_id = for_ledger;
    else
        select * into figures from report.totals_as_of(for_ledger, at_block, for_region);
    end if;
    if for_region is null then
        select * into control from report.control_totals_as_of(for_ledger, at_block);
    end if;
    return query select for_ledger, figures.enterprises, figures.banks, figures.receivables, figures.loans,
        figures.lent_fen, figures.repaid_fen, figures.lent_fen - figures.repaid_fen - figures.written_off_fen,
        figures.issued_fen, figures.redeemed_fen, figures.cancelled_fen,
        figures.written_off_fen, figures.overdue_fen, figures.recovered_fen, figures.interest_fen, figures.fee_fen,
        at_block, report.block_time(for_ledger, at_block),
        case when control.enterprises is null then null else sound and figures = control end;
end $$;

-- Loans and money lent per month, with what was outstanding at the end of that month (or of the block). position: year * 100 + month.
create function report.lending_by_month(for_ledger smallint, as_of_block bigint, for_region integer default null)
returns table ("position" bigint, key text, loans bigint, lent_fen bigint, repaid_fen bigint, outstanding_fen bigint,
               written_off_fen bigint, overdue_fen bigint, recovered_fen bigint, interest_fen bigint, fee_fen bigint)
language sql stable as $$
    with month as (
        select report.business_month(m.block_time) as key, sum(m.loans)::bigint as loans,
               sum(m.lent_fen)::bigint as lent_fen, sum(m.repaid_fen)::bigint as repaid_fen,
               sum(m.written_off_fen)::bigint as written_off_fen, sum(m.overdue_fen)::bigint as overdue_fen,
               sum(m.recovered_fen)::bigint as recovered_fen, sum(m.interest_fen)::bigint as interest_fen, sum(m.fee_fen)::bigint as fee_fen
          from report.loan_movement m join ledger.party p on p.ledger_id = m.ledger_id and p.party_id = m.borrower
         where m.ledger_id = for_ledger and m.block_number <= as_of_block and report.in_region(p.region_code, for_region)
         group by 1
    )
    select replace(key, '-', '')::bigint, key, loans, lent_fen, repaid_fen,
           (sum(lent_fen - repaid_fen - written_off_fen) over (order by key))::bigint,
           written_off_fen, overdue_fen, recovered_fen, interest_fen, fee_fen
      from month order by key
$$;

-- By the region of the borrower. position: the region code.
create function report.lending_by_region(for_ledger smallint, as_of_block bigint, for_region integer default null)
returns table ("position" bigint, key text, loans bigint, lent_fen bigint, repaid_fen bigint, outstanding_fen bigint,
               written_off_fen bigint, overdue_fen bigint, recovered_fen bigint, interest_fen bigint, fee_fen bigint)
language sql stable as $$
    select p.region_code::bigint, p.region_code::text, sum(m.loans)::bigint, sum(m.lent_fen)::bigint, sum(m.repaid_fen)::bigint,
           sum(m.lent_fen - m.repaid_fen - m.written_off_fen)::bigint, sum(m.written_off_fen)::bigint, sum(m.overdue_fen)::bigint,
           sum(m.recovered_fen)::bigint, sum(m.interest_fen)::bigint, sum(m.fee_fen)::bigint
      from report.loan_movement m join ledger.party p on p.ledger_id = m.ledger_id and p.party_id = m.borrower
     where m.ledger_id = for_ledger and m.block_number <= as_of_block and report.in_region(p.region_code, for_region)
     group by p.region_code order by p.region_code
$$;

-- By the lending bank; the region is the borrower's. position: the bank's party number.
create function report.lending_by_bank(for_ledger smallint, as_of_block bigint, for_region integer default null)
returns table ("position" bigint, key text, profile_hash bytea, loans bigint, lent_fen bigint, repaid_fen bigint, outstanding_fen bigint,
               written_off_fen bigint, overdue_fen bigint, recovered_fen bigint, interest_fen bigint, fee_fen bigint)
language sql stable as $$
    with total as (
        select m.bank, sum(m.loans)::bigint as loans, sum(m.lent_fen)::bigint as lent_fen, sum(m.repaid_fen)::bigint as repaid_fen,
               sum(m.written_off_fen)::bigint as written_off_fen, sum(m.overdue_fen)::bigint as overdue_fen,
               sum(m.recovered_fen)::bigint as recovered_fen, sum(m.interest_fen)::bigint as interest_fen, sum(m.fee_fen)::bigint as fee_fen
          from report.loan_movement m join ledger.party p on p.ledger_id = m.ledger_id and p.party_id = m.borrower
         where m.ledger_id = for_ledger and m.block_number <= as_of_block and report.in_region(p.region_code, for_region)
         group by m.bank
    )
    select t.bank::bigint, t.bank::text, b.profile_hash, t.loans, t.lent_fen, t.repaid_fen, t.lent_fen - t.repaid_fen - t.written_off_fen,
           t.written_off_fen, t.overdue_fen, t.recovered_fen, t.interest_fen, t.fee_fen
      from total t join ledger.party b on b.ledger_id = for_ledger and b.party_id = t.bank
     order by t.bank
$$;

-- Newest last in time is newest first in reading: order by block_number desc, log_index desc.
create view report.latest_events as
    select e.ledger_id, e.block_number, e.log_index, e.block_time, k.name as kind, e.kind as kind_number,
           e.transaction_hash, e.topics, e.data
      from ledger.event e join ledger.event_kind k on k.kind = e.kind;
