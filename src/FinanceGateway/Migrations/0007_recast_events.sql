-- What the node said of the events of a transaction that lost its block and got another. The number of that block does not tell them from those that the
-- index still has of the old one: it can be the same again, with other transactions before it, and so with other numbers of receivables and loans.
alter table gateway.transaction add column recast_events bytea check (length(recast_events) = 32);
