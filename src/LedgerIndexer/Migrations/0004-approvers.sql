-- Who approved a loan, by the numbers of the bank's signers, and the last day on which a bank disburses on an approval of which nothing
-- was paid out. Empty only in rows of a ledger that was deployed before its events named them.
alter table ledger.loan
    add column approver         integer,
    add column second_approver  integer,
    add column lapse_date       date,
    add check (approver > 0 and second_approver > 0 and second_approver <> approver and lapse_date <= due_date);

alter table ledger.parameters
    add column approval_days  smallint;
