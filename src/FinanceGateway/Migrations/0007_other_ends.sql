-- What the node said of the events of a transaction that lost its block and got another. The number of that block does not tell them from those that the
-- index still has of the old one: it can be the same again, with other transactions before it, and so with other numbers of receivables and loans.
alter table gateway.transaction add column recast_events bytea check (length(recast_events) = 32);

-- An end with other numbers is another end too, and is announced. Only another block is not.
create or replace function gateway.announce_ended() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into gateway.webhook_delivery (webhook_id, operation_id)
        select w.webhook_id, after.operation_id
        from outcomes_after after join gateway.webhook w on w.client_id = after.client_id and w.removed_at is null
        order by after.end_sequence;
    else
        insert into gateway.webhook_delivery (webhook_id, operation_id)
        select w.webhook_id, after.operation_id
        from outcomes_after after
        join outcomes_before before on before.operation_id = after.operation_id
            and (before.status, before.topics, before.data) is distinct from (after.status, after.topics, after.data)
        join gateway.webhook w on w.client_id = after.client_id and w.removed_at is null
        order by after.end_sequence;
    end if;
    return null;
end $$;
