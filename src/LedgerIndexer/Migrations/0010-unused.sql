-- Nothing calls it since the indexer adds up the sums of regions itself.
drop function ledger.regions_of(integer);
