"""The served scripts with one expression replaced; each has to stand there exactly once, or the run fails."""

from tests.simulation.run import SMALL_PARTS, Rules


def _rules(script: str, *replaced: tuple[str, str]) -> Rules:
    changes = {**SMALL_PARTS, script: [*SMALL_PARTS.get(script, []), *replaced]}
    return Rules(changes=changes)


trusts_any_200 = _rules(
    "sync.js",
    (
        "const ours = status === 200 && body?.proto === 1 && body.user === state.user;\n"
        "  if (ours && Array.isArray(body.receipts))",
        "const ours = status === 200;\n"
        "  if (ours) return void batch.forEach((id) => change(turn, id, {status: 'released'}));\n"
        "  if (ours && Array.isArray(body.receipts))",
    ),
)
drops_on_4xx = _rules(
    "sync.js",
    (
        "if (batch.length === 1 && only) change(turn, only, attention(turn, reason));",
        "if (batch.length === 1 && only) change(turn, only, {status: 'released'});",
    ),
)
drops_when_signed_out = _rules(
    "sync.js",
    (
        "if (answer.status === 401) hold(turn, 'signed_out');",
        "if (answer.status === 401) state.ops.map((op) => change(turn, op.op_id, {status: 'released'}));",
    ),
)
relaxed_durability = _rules("outbox.js", ("{durability: 'strict'}", "{durability: 'relaxed'}"))
number_outside_the_transaction = _rules(
    "outbox.js",
    ("if (!still || ((await answer(store('meta').get(key))) ?? 0) !== last) return true;", "void still;"),
)
releases_before_photos = _rules(
    "sync.js",
    ("{status: need.length ? 'photos' : 'released', reason", "{status: 'released', reason"),
)
releases_on_the_photos_answer = _rules(
    "sync.js",
    (
        "change(turn, op.op_id, {need, status: need.length ? op.status : 'waiting'});",
        "change(turn, op.op_id, {need, status: need.length ? op.status : 'released'});",
    ),
)
reissues_for_other_bytes = _rules(
    "sync.js", ("else if (status === 'id_conflict' && !exact) return false;", "")
)
released_without_its_digest = _rules(
    "sync.js",
    (
        "const exact = receipt?.op_id === op.op_id && receipt.sha256 === op.sha256;",
        "const exact = receipt?.op_id === op.op_id;",
    ),
)
held_is_an_error = _rules(
    "sync.js",
    (
        "const exact = receipt?.op_id === op.op_id && receipt.sha256 === op.sha256;",
        "const exact = receipt?.op_id === op.op_id && receipt.sha256 === op.sha256 && !receipt.code;",
    ),
)
retries_a_bad_op_for_ever = _rules(
    "sync.js", ("{...attention(turn, status), ...(final && {retry_at: 0})}", "{reason: status}")
)
reissues_what_was_damaged = _rules(
    "sync.js",
    ("else if (status === 'bad_digest' && ", "else if (false && "),
    (
        "if (status === 'id_conflict' && !op.reissue_of)",
        "if (!final && status !== 'foreign' && !op.reissue_of)",
    ),
)
sweeps_by_the_clock = _rules(
    "outbox.js",
    ("one.released_at && one.released_at < oldest", "Date.parse(one.made_at) < Date.now() - KEEP"),
)
frees_photos_early = _rules(
    "outbox.js",
    (
        "else one.photos.forEach(",
        "else if (!('op_id' in one) || one.status !== 'released') one.photos.forEach(",
    ),
)
forgets_what_was_delivered = _rules(
    "outbox.js",
    ("one.released_at && one.released_at < oldest", "one.released_at"),
)
forgets_what_was_replaced = _rules(
    "outbox.js", ("const TAKEN = ['released', 'replaced'];", "const TAKEN = ['released'];")
)
never_asks_what_is_lacking = _rules(
    "sync.js", ("state.review = {epoch, head, back, after: ''};", "void back;")
)
sees_no_epoch = _rules(
    "sync.js",
    (
        "const back = facts.epoch !== null && (epoch !== facts.epoch || head < facts.head);",
        "const back = false;",
    ),
    ("const long = now - facts.asked_at >= DAY || facts.asked_at > now;", "const long = false;"),
)
