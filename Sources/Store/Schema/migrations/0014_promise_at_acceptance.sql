-- Why: the promise to answer begins with the acceptance and is written by the same transaction. Expected rows: one for
-- each request, as before. Lock held: none that anybody waits for.

grant insert on tuesday.deadline to tuesday_intake;
