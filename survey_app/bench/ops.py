"""How many ops a second go through the door."""

import time

from survey_app import current
from survey_app.bench.records import batches, items
from survey_app.bench.stage import Stage
from survey_app.sync import intake, kinds

BATCH = 50


def measure_door(stage: Stage, count: int) -> float:
    """Return ops per second through ``accept_ops``: stored, audited, judged and projected."""
    author_id = stage.people["leader"]
    registry = kinds.registered(stage.app)
    listed = list(batches(items(count, author_id), BATCH))
    with stage.app.app_context():
        started = time.perf_counter()
        for batch in listed:
            receipts = intake.accept_ops(
                stage.store, registry, batch, carrier_id=author_id, now=current.system_clock()
            )
            if any(receipt.status != "stored" for receipt in receipts):
                raise AssertionError(f"not stored: {receipts[0]}")
        return count / (time.perf_counter() - started)
