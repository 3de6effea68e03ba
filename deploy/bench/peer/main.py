"""The peer of `tuesday bench peer`: the same durable work as Tuesday's workers, in Python.

    main.py intake|router|followup|stats

Each stage is a process of its own. PostgreSQL is found through libpq's environment, Kafka through
TUESDAY_KAFKA_BOOTSTRAP. SIGTERM ends it after the batch in hand.
"""
import gc
import sys

from followup import FollowUp
from intake import Intake
from router import Router
from stage import run
from stats import Stats

STAGES = {stage.name: stage for stage in (Intake, Router, FollowUp, Stats)}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in STAGES:
        sys.exit(f"usage: main.py {'|'.join(STAGES)}")
    # Batches make many objects that all die together: looking for cycles among them finds nothing.
    gc.set_threshold(200_000, 50, 100)
    run(STAGES[sys.argv[1]])
