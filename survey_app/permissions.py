"""The table of who may do what, by role."""

from dataclasses import dataclass

ROLES = ("leader", "aide", "office", "unit", "admin")
PUBLIC = "public"
EVERYONE = frozenset(ROLES)
PERMISSIONS: dict[str, frozenset[str]] = {
    "account": EVERYONE,
    "home": EVERYONE,
    "capture": frozenset({"leader", "aide", "office"}),
    "sync": EVERYONE,
    "photo": EVERYONE,
    "custody": EVERYONE,
    "catalog.read": EVERYONE,
    "catalog.edit": frozenset({"office", "admin"}),
    "campaigns.edit": frozenset({"office"}),
    "calendar": frozenset({"leader", "office"}),
    "triage": frozenset({"office"}),
    "findings.read": frozenset({"leader", "aide", "office", "unit"}),
    "findings.work": frozenset({"unit"}),
    "findings.manage": frozenset({"office"}),
    "ledger.read": frozenset({"office", "unit"}),
    "reform.read": EVERYONE,
    "voices.read": frozenset({"leader", "office", "unit"}),
    "voices.answer": frozenset({"office", "unit"}),
    "voices.edit": frozenset({"office"}),
    "guides.edit": frozenset({"office", "unit"}),
    "insights.read": frozenset({"leader", "office", "unit"}),
    "digest.read": EVERYONE,
    "digest.edit": frozenset({"office"}),
    "digest.sign": frozenset({"office"}),
    "people.manage": frozenset({"admin"}),
    "weekly.read": frozenset({"leader", "office", "unit"}),
    "audit.read": frozenset({"office", "admin"}),
    "feedback.read": frozenset({"office", "admin"}),
}


@dataclass(frozen=True)
class User:
    """The person who is signed in."""

    id: str
    login: str
    name: str
    post: str
    unit_id: str | None
    roles: frozenset[str]

    def can(self, permission: str) -> bool:
        """Tell whether one of this person's roles has the permission."""
        return not self.roles.isdisjoint(PERMISSIONS[permission])
