-- Why: an index costs every insert; nothing looks notifications up by request. Expected rows: one notification a request
-- or more. Lock held: exclusive on the notifications' table, for the moment that dropping takes.
drop index tuesday.notification_by_request;
