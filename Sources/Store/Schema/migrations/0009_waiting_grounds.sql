-- Why: why a request waits was explained with the loads of the moment it was asked, not of the decision. Now the
-- decision's grounds are kept beside it. Expected rows: one per request the router could not place. Lock held: access
-- exclusive on tuesday.waiting, for a moment (columns without a default rewrite nothing).

alter table tuesday.waiting
    add column policy_version smallint,
    add column grounds text;
comment on column tuesday.waiting.decided_at is 'when it was last decided to wait';
comment on column tuesday.waiting.attempts is 'how often it was decided to wait, or the decision failed';
comment on column tuesday.waiting.policy_version is 'null: as grounds';
comment on column tuesday.waiting.grounds is
    'What the last decision saw, written as tuesday.assignment.grounds, without finalists: nobody was left. It goes with the row when the request leaves waiting; the events keep when it waited and for what. Null: nothing was decided yet, or by a release that did not keep it.';
comment on column tuesday.assignment.grounds is
    'What rebuilds the explanation, as JSON: f finalists [cadre, level, open, capacity], c cadres at capacity, m how many more of these are not named.';
comment on column register.service.attributes is
    'What a request for the service is asked besides, in order: [{"code", "datatype", "required", "description", "description_en", "values": [{"key", "name", "name_en"}]}]';
