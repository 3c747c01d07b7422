"""The product with one rule broken: each variant has to be caught, or the simulation proves nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.simulation import broken_phone, broken_server
from tests.simulation.run import Rules


@dataclass(frozen=True)
class Variant:
    """One broken rule; ``caught_by`` are the invariants that may notice it."""

    name: str
    breaks: str
    caught_by: frozenset[str]
    rules: Rules


def _variant(name: str, breaks: str, caught_by: str, often: str = "") -> Variant:
    """Return the variant whose rule stands in one of the two modules under its name.

    ``often`` are the actions that it takes to show; the control run draws them as often.
    """
    on_phone: Rules | None = vars(broken_phone).get(name)
    rules = on_phone or Rules(server=vars(broken_server)[name])
    rules = replace(rules, often=frozenset(often.split()))
    return Variant(name, breaks, frozenset(caught_by.split()), rules)


VARIANTS = (
    _variant("acknowledges_before_commit", "commit, then answer", "I1"),
    _variant("has_no_unique_id", "one row an op", "I3"),
    _variant("whole_batch_fails_together", "one savepoint an op", "I6", "save_badly"),
    _variant("author_is_the_session", "the author is who wrote it", "I8", "stranger stray"),
    _variant("receipt_needs_no_photo", "need lists what is missing", "I5"),
    _variant("photo_hash_is_not_checked", "a photo matches its hash", "I5 I1"),
    _variant("photo_row_before_file", "file, then row", "I1 I5"),
    _variant("photo_is_not_synced", "synced, then acknowledged", "I1 I5"),
    _variant("wrong_offset_is_taken", "a part stands where it says", "I5", "stranger send_in_parts"),
    _variant("custody_changes_the_author", "whoever's login carried it", "I8", "stranger carry"),
    _variant("custody_needs_no_word", "held until its author stands by it", "I8", "stranger carry"),
    _variant("changes_tell_everybody", "only one's own records", "I13", "stranger read_changes"),
    _variant("have_tells_everybody", "only one's own ops", "I13", "stranger ask_have"),
    _variant("op_hash_is_not_checked", "the digest is of the bytes", "I1 I4"),
    _variant("conflict_overwrites", "other bytes never overwrite", "I1 I4", "stranger clash"),
    _variant("edits_in_place", "an op never changes", "I1 I4"),
    _variant("clocks_order_edits", "clocks decide no order", "I10", "set_phone_clock edit"),
    _variant("clocks_refuse", "clocks decide no acceptance", "I10", "set_phone_clock"),
    _variant("arrival_orders_edits", "arrival decides no order", "I9 I10"),
    _variant("forgets_who_waited", "an op that waits for its base is applied", "I9 I10"),
    _variant("audits_later", "op and audit row together", "I12"),
    _variant("trusts_any_200", "only a receipt releases", "I1 I2"),
    _variant("drops_on_4xx", "a refusal deletes nothing", "I1 I2"),
    _variant("drops_when_signed_out", "a 401 deletes nothing", "I1 I2"),
    _variant("relaxed_durability", "strict, then 已存本机", "I2 SEQ", "kill_phone"),
    _variant("number_outside_the_transaction", "number and op together", "SEQ", "save_in_two_tabs"),
    _variant("releases_before_photos", "need is empty, then released", "I1 I5"),
    _variant("releases_on_the_photos_answer", "offered again after its photos", "I1"),
    _variant("reissues_for_other_bytes", "the receipt names the same bytes", "I3", "stranger clash"),
    _variant("released_without_its_digest", "the receipt names the same bytes", "I1", "stranger clash"),
    _variant("held_is_an_error", "held is kept", "I6 I7", "save_badly"),
    _variant("retries_a_bad_op_for_ever", "a bad op waits for a person", "I6 I7", "save_badly"),
    _variant("reissues_what_was_damaged", "damaged on the way is sent again", "I3"),
    _variant("frees_photos_early", "photos stay 30 days", "I2", "restore back_up"),
    _variant("forgets_what_was_delivered", "ops stay 30 days", "I2", "restore back_up"),
    _variant("forgets_what_was_replaced", "an edit's base goes again too", "I1 I2 SEQ", "restore back_up"),
    _variant("never_asks_what_is_lacking", "asks after a restore", "I2", "restore back_up"),
    _variant("sees_no_epoch", "a new epoch is another server", "I2", "restore back_up"),
    _variant("sweeps_by_the_clock", "only what was delivered is swept", "I2"),
)  # fmt: skip
