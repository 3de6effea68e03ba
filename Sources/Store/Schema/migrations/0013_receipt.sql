-- Why: a gateway that has delivered a notification says so, and after a Kafka cluster was lost only those without a receipt
-- leave once more. Expected rows: none new. Lock held: exclusive on tuesday.notification for the moment of a catalogue
-- change.

alter table tuesday.notification add column receipt_at timestamptz;
comment on column tuesday.notification.receipt_at is 'when a gateway said that it delivered this; null: nobody said so';
grant update (receipt_at) on tuesday.notification to tuesday_intake, tuesday_operator;
