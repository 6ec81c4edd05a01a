-- Where an operation stands is looked up row by row. As joins these had been left to the planner, which reads whole tables or indexes that it believes to
-- be empty (docs/adr/0021); the limits keep it from that.
create or replace view gateway.operation_state as
select o.operation_id, o.sequence, o.client_id, o.idempotency_key, o.kind, o.calldata, o.operation_hash, o.received_at,
       coalesce(e.status, case when p.operation_id is null then 1 else 2 end)::smallint as status,
       p.transaction_id, p.position, t.transaction_hash, t.signed_at,
       e.end_sequence, e.ended_at, e.block_number, e.log_index, e.event_kind, e.topics, e.data
from gateway.operation o
left join lateral (select * from gateway.operation_place where operation_id = o.operation_id limit 1) as p on true
left join lateral (select * from gateway.transaction where transaction_id = p.transaction_id limit 1) as t on true
left join lateral (select * from gateway.operation_outcome where operation_id = o.operation_id limit 1) as e on true;
