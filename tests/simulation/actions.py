"""What people, phones and fate do in a run; each action is one method, drawn by its weight."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.simulation.cast import PEOPLE, WRITERS, Person, photos
from tests.simulation.ledger import Handset, Saved
from tests.simulation.line import MINUTE
from tests.simulation.strangers import Strangers
from tests.simulation.world import World

DAY = 24 * 60 * MINUTE
YEAR = 365 * DAY
BY_ID = {person.id: person for person in PEOPLE}
OFTEN = 4  # times
WEIGHTS = {
    "save": 30,
    "edit": 16,
    "withdraw": 3,
    "merge": 4,
    "retry": 2,
    "discard": 2,
    "hand_in_for_another": 3,
    "save_in_two_tabs": 3,
    "save_badly": 4,
    "keep_draft": 4,
    "press_send": 4,
    "come_back": 4,
    "open_tab": 4,
    "close_tab": 3,
    "kill_phone": 7,
    "lose_signal": 5,
    "change_person": 8,
    "sign_out": 2,
    "expire_session": 3,
    "set_phone_clock": 3,
    "set_server_clock": 2,
    "kill_server": 3,
    "back_up": 6,
    "restore": 4,
    "stranger": 14,
}


class Actions:
    """Draws what happens next and does it."""

    def __init__(self, world: World, often: frozenset[str]) -> None:
        self.world, self.dice = world, world.dice
        self.texts = 0
        self.strangers = Strangers(world, often)
        self.weights = [weight * (OFTEN if name in often else 1) for name, weight in WEIGHTS.items()]
        self.kept: dict[str, tuple[str, str]] = {}  # draft → (phone, person)

    def begin(self) -> None:
        """Put phones into the world, with people who use them."""
        count = self.dice.randint(1, 5)
        for n in range(1, count + 1):
            phone = self.world.add_phone(f"phone{n}")
            self._enter(phone, self.dice.choice(WRITERS))
            if self.dice.random() < 0.3:
                self.set_phone_clock(phone)

    def act(self) -> None:
        """Let one thing happen."""
        name = self.dice.choices(list(WEIGHTS), self.weights)[0]
        phone = self.dice.choice(list(self.world.phones.values()))
        getattr(self, name)(phone)
        self.world.check()

    # Writing

    def save(self, phone: Handset) -> None:
        """Write a new record."""
        self._save(phone, self._page(phone), self._note(self._some_photos()))

    def save_badly(self, phone: Handset) -> None:
        """Write what the server has to hold, or cannot take."""
        note = self._note(self._some_photos())
        fault = self.dice.choice(("method", "kind", "long"))
        if fault == "method":
            note["payload"]["method"] = "fly"
        elif fault == "kind":
            note["kind"] = "poem"
        else:
            note["payload"]["text"] += "长" * 30_000
        self._save(phone, self._page(phone), note)

    def withdraw(self, phone: Handset) -> None:
        """Take a record of one's own back; an edit of that takes it up again."""
        page = self._page(phone)
        base = self._own_version(phone.pages[page])
        if base:
            note = {"kind": "withdraw", "payload": {"reason": "记错了"}, "photos": [], "$album": []}
            self._save(phone, page, {**note, "rec_id": base.rec_id, "base": base.op_id})

    def edit(self, phone: Handset) -> None:
        """Edit a record of one's own, the last words of it or earlier ones: that makes a fork."""
        page = self._page(phone)
        base = self._own_version(phone.pages[page])
        if base is None:
            return self.save(phone)
        note = self._note(self._some_photos())
        return self._save(phone, page, {**note, "rec_id": base.rec_id, "base": base.op_id})

    def _own_version(self, person: str) -> Saved | None:
        """Return a version of a person's record, the last one more often than those before."""
        own = [op for op in self.world.ledger.saved.values() if op.author == person and op.kind != "poem"]
        if not own:
            return None
        drawn = self.dice.choice(own)
        line = [op for op in own if op.rec_id == drawn.rec_id]
        return line[-1] if self.dice.random() < 0.7 else drawn

    def merge(self, phone: Handset) -> None:
        """Settle a fork of one's own: with new words, or by choosing the words of one side."""
        page = self._page(phone)
        one = self._own_version(phone.pages[page])
        if one is None:
            return
        saved = self.world.ledger.saved.values()
        mine = [op for op in saved if op.author == one.author and op.rec_id == one.rec_id]
        others = [op for op in mine if op.op_id != one.op_id]
        if not others:
            return
        sides = {"rec_id": one.rec_id, "base": one.op_id, "merges": [self.dice.choice(others).op_id]}
        if self.dice.random() < 0.5:
            self._save(phone, page, {**self._note([]), **sides})
        else:
            self._save(phone, page, {"kind": "choose", "payload": {}, "photos": [], "$album": [], **sides})

    def save_in_two_tabs(self, phone: Handset) -> None:
        """Save in two tabs at the same instant."""
        other = self.world.open_page(phone, BY_ID[phone.pages[self._page(phone)]])
        page = next(iter(phone.pages))
        self._save(phone, page, self._note([]), hold=True)
        self._save(phone, other, self._note([]))

    def keep_draft(self, phone: Handset) -> None:
        """Put something aside, or report what was put aside."""
        page = self._page(phone)
        mine = [draft for draft, place in self.kept.items() if place == (phone.name, phone.pages[page])]
        if mine and self.dice.random() < 0.6:
            draft = self.dice.choice(mine)
            del self.kept[draft]
            self.world.ledger.drafts.pop(draft, None)
            self._save(phone, page, {**self._note([]), "draft": draft})
            return
        self.texts += 1
        draft, album = f"draft-{self.texts}", self._some_photos()
        row = {"id": draft, "user": phone.pages[page], "values": {"text": f"草稿 {self.texts}"}, "kept": True,
               "updated_at": 0, "photos": [self._name(n) for n in album]}  # fmt: skip

        def kept(_value: Any) -> None:
            self.world.ledger.drafts[draft] = phone.name
            self.kept[draft] = (phone.name, phone.pages[page])

        self.world.call(phone, page, "outbox.js keepDraft", [row, [{"$photo": n} for n in album]], kept)

    def _note(self, album: list[int]) -> dict[str, Any]:
        self.texts += 1
        payload = {"method": "see", "kind": "blockage", "text": f"记下第 {self.texts} 条"}
        return {
            "kind": "observation",
            "payload": payload,
            "photos": [self._name(n) for n in album],
            "$album": album,
        }

    def _save(self, phone: Handset, page: str, note: dict[str, Any], *, hold: bool = False) -> None:
        album = [{"$photo": n} for n in note.pop("$album")]
        fields: dict[str, Any] = {"hold": hold}
        if not hold and self.dice.random() < 0.06:
            fields["fuel"] = self.dice.randrange(25)  # the battery dies in the middle of it
        self.world.call(phone, page, "outbox.js save", [phone.pages[page], note, album],
                        lambda entry: self.world.said_saved(phone, entry), **fields)  # fmt: skip

    def _some_photos(self) -> list[int]:
        count = self.dice.choice((0, 0, 1, 1, 2, 3))
        return self.dice.sample(range(len(photos())), count)

    def _name(self, number: int) -> dict[str, Any]:
        photo = photos()[number]
        return {"sha256": photo.sha256, "len": len(photo.data), "mime": "image/jpeg"}

    # Pages and phones

    def _page(self, phone: Handset) -> str:
        if not phone.pages:
            self.world.open_page(phone, BY_ID[phone.user] if phone.user else self.dice.choice(WRITERS))
        return self.dice.choice(list(phone.pages))

    def press_send(self, phone: Handset) -> None:
        """Press 现在上报."""
        self.world.call(phone, self._page(phone), "flush.js flush", [True], _nothing)

    def come_back(self, phone: Handset) -> None:
        """Put a page away and look at it again."""
        page = self._page(phone)
        self.world.command(phone, "hear", page=page, type="visibilitychange", hidden=True)
        self.world.at(self.dice.uniform(0, 5) * MINUTE, lambda: self._show(phone, page))

    def _show(self, phone: Handset, page: str) -> None:
        if page in phone.pages:
            self.world.command(phone, "hear", page=page, type="visibilitychange", hidden=False)

    def open_tab(self, phone: Handset) -> None:
        """Open one more page."""
        if phone.user:
            self.world.open_page(phone, BY_ID[phone.user])

    def close_tab(self, phone: Handset) -> None:
        """Close a page."""
        if phone.pages:
            self.world.close_page(phone, self.dice.choice(list(phone.pages)))

    def kill_phone(self, phone: Handset) -> None:
        """The battery is dead; somebody starts the phone again later."""
        self.world.command(phone, "kill")
        self.world.at(self.dice.uniform(0, 10) * MINUTE, lambda: self._wake(phone))

    def _wake(self, phone: Handset) -> None:
        self._page(phone)

    def lose_signal(self, phone: Handset) -> None:
        """Walk into a basement and come out again."""
        phone.online = False
        self.world.trace.note(f"{phone.name} has no signal")
        self.world.at(self.dice.uniform(1, 60) * MINUTE, lambda: self.find_signal(phone))

    def find_signal(self, phone: Handset) -> None:
        """The signal is back."""
        phone.online = True
        self.world.trace.note(f"{phone.name} has signal")
        for page in phone.pages:
            self.world.command(phone, "hear", page=page, type="online")

    def set_phone_clock(self, phone: Handset) -> None:
        """The phone's clock is off by up to years."""
        days = self.dice.choice((-4000, -365, -1, -0.01, 0, 0.01, 1, 365, 4000))
        self.world.trace.note(f"{phone.name} sets its clock {days} days off")
        self.world.command(phone, "skew", ms=int(days * DAY))

    # What asks for a person

    def retry(self, phone: Handset) -> None:
        """Press 再试 at something that needs a person."""
        waiting = [op_id for op_id, op in phone.ops.items() if op["status"] == "attention"]
        if waiting:
            self.world.call(
                phone, self._page(phone), "outbox.js retry", [self.dice.choice(waiting)], _nothing
            )

    def discard(self, phone: Handset) -> None:
        """Type that something may go which the server cannot take."""
        bad = [
            op.op_id
            for op in self.world.ledger.saved.values()
            if op.phone == phone.name and op.fault == "refused"
        ]
        waiting = [op_id for op_id in bad if phone.ops.get(op_id, {}).get("status") == "attention"]
        if waiting:
            self.world.discard(phone, self._page(phone), self.dice.choice(waiting))

    def hand_in_for_another(self, phone: Handset) -> None:
        """Who is signed in hands in what others left on this phone."""
        others = {op["user"]: phone.user for op in phone.ops.values() if op["user"] != phone.user}
        if phone.user and others:
            self.world.trace.note(f"{phone.name} hands in for others")
            self.world.call(phone, self._page(phone), "outbox.js remember", ["carry", others], _nothing)

    # People

    def _enter(self, phone: Handset, person: Person) -> None:
        self.world.sign_in(phone, person)
        self.world.open_page(phone, person)

    def change_person(self, phone: Handset) -> None:
        """Somebody signs in: the same person again or another, with what waits left where it is."""
        if phone.online and self.world.now >= self.world.down_until:
            self._enter(phone, self.dice.choice(WRITERS))

    def sign_out(self, phone: Handset) -> None:
        """Sign out with records waiting; they stay."""
        self.world.trace.note(f"{phone.name} signs out")
        phone.cookie = phone.user = ""

    def expire_session(self, phone: Handset) -> None:
        """The sign-in is over on the server."""
        if phone.user:
            self.world.trace.note(f"the sessions of {BY_ID[phone.user].name} end")
            self.world.server.revoke(phone.user)

    # The server and who else calls it

    def stranger(self, _phone: Handset) -> None:
        """Something calls the server that is none of the phones."""
        self.strangers.act()

    def kill_server(self, _phone: Handset) -> None:
        """The server is killed between two requests."""
        self.world.trace.note("the server is killed")
        self.world.server.kill()
        self.world.recover()

    def set_server_clock(self, _phone: Handset) -> None:
        """The server's clock jumps by up to a day."""
        hours = self.dice.choice((-24, -1, 1, 24))
        self.world.trace.note(f"the server's clock jumps {hours} hours")
        self.world.server.skew += timedelta(hours=hours)

    def back_up(self, _phone: Handset) -> None:
        """The office makes a backup."""
        made = self.world.server.back_up()
        if made:
            self.world.trace.note("a backup is made")
            self.world.backups.append((self.world.now, made))

    def restore(self, _phone: Handset) -> None:
        """One of the backups is put back, on this machine or on another."""
        if not self.world.backups:
            return
        made, backup = self.dice.choice(self.world.backups)
        self.world.trace.note(f"the backup of {made / MINUTE:.0f} minutes is restored")
        self.world.go_back(backup, fresh=self.dice.random() < 0.5)


def _nothing(_value: Any) -> None:
    """Wait for nothing."""
