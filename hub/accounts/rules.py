"""Who may do what, and which tokens open what. Pure calculation."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from hub.base.errors import NotAllowed
from hub.base.i18n import _

EVERYONE = "all"
ADMIN = "admin"

# What each role may do; reading is a matter of readers. Anybody may upload a draft and file a request.
PERMISSIONS: dict[str, frozenset[str]] = {
    "seller": frozenset({"asset.create", "deck.make", "request.create", "customer.edit"}),
    "product_marketer": frozenset(
        {
            "asset.create",
            "asset.approve",
            "asset.edit_any",
            "toolkit.edit",
            "template.edit",
            "taxonomy.edit",
            "deck.make",
            "request.create",
            "customer.edit",
            "requirement.attach",
            "venture.create",
        }
    ),
    "product_manager": frozenset(
        {
            "asset.create",
            "deck.make",
            "request.create",
            "customer.edit",
            "requirement.create",
            "requirement.manage",
            "requirement.attach",
            "venture.create",
        }
    ),
    "technical_expert": frozenset({"asset.create", "deck.make", "request.create", "requirement.effort"}),
    "marketing": frozenset(
        {"asset.create", "toolkit.edit", "deck.make", "request.create", "customer.edit", "venture.create"}
    ),
    "operations": frozenset(
        {"asset.create", "toolkit.edit", "deck.make", "request.create", "customer.edit", "venture.create"}
    ),
    "customer_success": frozenset({"asset.create", "deck.make", "request.create", "customer.edit"}),
}
for _role in PERMISSIONS:  # whoever makes decks for customers may send them links
    PERMISSIONS[_role] |= {"share.create"}
EVERYTHING = frozenset().union(*PERMISSIONS.values()) | {
    "people.manage",
    "hub.manage",
    "trash.empty",
    "request.any",
}
PERMISSIONS["administrator"] = EVERYTHING


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: a person with what they may do and read. `id` is None only for the system itself."""

    id: int | None
    name: str
    email: str
    roles: frozenset[str]
    teams: frozenset[int]
    approves: frozenset[str]  # product keys
    language: str = "zh-CN"
    title: str = ""
    phone: str = ""

    @property
    def is_admin(self) -> bool:
        return "administrator" in self.roles

    @cached_property
    def tokens(self) -> frozenset[str]:
        """What opens things for this actor; see `Reader`."""
        mine = {EVERYONE, f"person:{self.id}"}
        mine |= {f"team:{t}" for t in self.teams} | {f"role:{r}" for r in self.roles}
        mine |= {f"approver:{p}" for p in self.approves}
        return frozenset(mine | {ADMIN}) if self.is_admin else frozenset(mine)

    def may(self, permission: str) -> bool:
        return any(permission in PERMISSIONS.get(role, frozenset()) for role in self.roles)

    def must(self, permission: str) -> None:
        """Raise NotAllowed unless the actor has the permission."""
        if not self.may(permission):
            raise NotAllowed(_("您的角色不能这样做。需要的话，请管理员在“人员”里给您加上相应角色。"))


# Import from the command line, jobs and migrations act as the system: it may everything and is nobody.
SYSTEM = Actor(
    id=None,
    name="system",
    email="",
    roles=frozenset({"administrator"}),
    teams=frozenset(),
    approves=frozenset(),
)


def reader_tokens(
    *, owners: Iterable[int | None], restrictions: Iterable[frozenset[str] | None], extra: Iterable[str] = ()
) -> frozenset[str]:
    """Who may read a thing with these owners, under restrictions that must all be met.

    A restriction is a set of team and person tokens, None meaning "not restricted"; several (an asset's own, its
    product's, its customer's) leave only the tokens that stand in all of them. Owners, `extra` (reviewers) and
    administrators always read.
    """
    always = {ADMIN, *extra} | {f"person:{o}" for o in owners if o is not None}
    sets = [r for r in restrictions if r is not None]
    if not sets:
        return frozenset(always | {EVERYONE})
    return frozenset(always | frozenset.intersection(*sets))


def draft_tokens(
    *, owners: Iterable[int | None], reviewers: Iterable[int | None], products: Iterable[str]
) -> frozenset[str]:
    """Who may read a draft: its owners, those asked to review, the products' approvers, administrators."""
    people = {f"person:{p}" for p in (*owners, *reviewers) if p is not None}
    return frozenset({ADMIN, *people} | {f"approver:{p}" for p in products})
