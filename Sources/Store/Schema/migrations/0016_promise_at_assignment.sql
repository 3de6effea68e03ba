-- Why: the promise to acknowledge begins with the assignment and is written, with the message to the new owner, by the
-- same transaction. Expected rows: one of each for each assignment, as before. Lock held: none that anybody waits for.

grant insert on tuesday.deadline to tuesday_router;
