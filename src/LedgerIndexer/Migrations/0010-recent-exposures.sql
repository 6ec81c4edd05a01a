-- Where a bank stood with everybody is one step in the index for each party, and each step is another page: sixty reads from the disk where the tables have
-- outgrown memory. The rows of neighbouring blocks lie side by side, so what moved last before the block comes from a few pages, and the index is asked
-- for the parties that stood still for longer than that.
create index exposure_block on ledger.exposure (ledger_id, block_number);

create or replace function report.exposures(for_ledger smallint, as_of_block bigint, for_side smallint, for_bank integer default null)
returns table (bank integer, party_id integer, loans integer, outstanding_fen bigint, undisbursed_fen bigint, defaulted_fen bigint, since_block bigint)
language sql stable as $$
    with moved as materialized (
        select distinct on (m.bank, m.party_id) m.*
          from (select * from ledger.exposure x where x.ledger_id = for_ledger and x.block_number <= as_of_block
                 order by x.block_number desc limit 1000) m
         where m.side = for_side
         order by m.bank, m.party_id, m.block_number desc
    ), line as (
        select c.bank, c.party_id from ledger.credit_line c where c.ledger_id = for_ledger and c.side = for_side
        union all
        select t.bank, t.bank from ledger.bank_totals t where t.ledger_id = for_ledger and for_side = 0
    )
    select k.bank, k.party_id, e.loans, e.outstanding_fen, e.undisbursed_fen, e.defaulted_fen, e.block_number
      from line k left join moved m on m.bank = k.bank and m.party_id = k.party_id
     cross join lateral (select m.loans, m.outstanding_fen, m.undisbursed_fen, m.defaulted_fen, m.block_number where m.bank is not null
                         union all
                         (select x.loans, x.outstanding_fen, x.undisbursed_fen, x.defaulted_fen, x.block_number from ledger.exposure x
                           where m.bank is null and x.ledger_id = for_ledger and x.bank = k.bank and x.side = for_side
                             and x.party_id = k.party_id and x.block_number <= as_of_block
                           order by x.block_number desc limit 1)) e
     where for_bank is null or k.bank = for_bank
     order by k.bank, k.party_id
$$;
