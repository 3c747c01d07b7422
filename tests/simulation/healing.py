"""Faults stop, and everybody comes back once to their phone: now everything has to arrive."""

from tests.simulation.actions import BY_ID
from tests.simulation.ledger import Handset
from tests.simulation.line import MINUTE
from tests.simulation.world import World

ROUNDS = 60
HOUR = 60 * MINUTE
MONTH = 31 * 24 * HOUR


def heal(world: World) -> None:
    """Stop the faults and give every queue its person, until nothing is left or patience is at its end."""
    world.trace.note("faults stop")
    world.line.loss = 0.0
    _put_away(world)
    world.run(world.now + 3 * HOUR)  # what was late arrives
    _put_away(world)
    for phone in world.phones.values():  # everybody comes back once, whoever's restore they missed
        for user in {op["user"]: None for op in phone.ops.values()}:
            _visit(world, phone, user)
    for _ in range(ROUNDS):
        waiting = [(phone, user) for phone in world.phones.values() for user in _owners(phone)]
        if not waiting:
            break
        for phone, user in waiting:
            _visit(world, phone, user)
        world.run(world.now + HOUR)
    for phone in world.phones.values():
        world.command(phone, "skew", ms=0)


def _put_away(world: World) -> None:
    """Every page is closed and every phone has signal."""
    for phone in world.phones.values():
        phone.online = True
        for page in list(phone.pages):
            world.close_page(phone, page)


def _owners(phone: Handset) -> list[str]:
    """Return whose queues on a phone are not empty, but for what only a person can settle."""
    return [person for person in BY_ID if any(_can_go(phone.ops[op_id]) for op_id in phone.open_ops(person))]


def _can_go(op: dict[str, object]) -> bool:
    return op["status"] != "attention" or bool(op["retry_at"])


def _visit(world: World, phone: Handset, user: str) -> None:
    """One person opens the phone, waits a little, and puts it away."""
    world.sign_in(phone, BY_ID[user])
    page = world.open_page(phone, BY_ID[user])
    world.run(world.now + 5 * MINUTE)
    world.close_page(phone, page)


def a_month_later(world: World) -> None:
    """Everybody looks at the phone once more when what was delivered may be cleared away."""
    world.run(world.now + MONTH)
    for phone in world.phones.values():
        for user in {op["user"]: None for op in phone.ops.values()}:
            _visit(world, phone, user)
