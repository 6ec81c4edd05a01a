-- A report of the past asks for one old position of each bank and obligor, each on a page of its own that no memory holds any more. With the figures in
-- the key's index there is one such page for each, and not two.
alter table ledger.exposure
    drop constraint exposure_pkey,
    add primary key (ledger_id, bank, side, party_id, block_number) include (loans, outstanding_fen, undisbursed_fen, defaulted_fen);

-- Nothing calls it since the indexer adds up the sums of regions itself.
drop function ledger.regions_of(integer);
