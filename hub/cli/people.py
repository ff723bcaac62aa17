"""Commands for people and their tokens: user add, list, invite, password; token make, list, revoke."""

from typing import Annotated

import typer
from rich.table import Table

from hub import accounts
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.cli.opening import opened, out
from hub.request import Session
from hub.wiring import Wiring

user_app = typer.Typer(no_args_is_help=True, help="People: add, list, invite, set a password.")
token_app = typer.Typer(no_args_is_help=True, help="Personal tokens for the REST interface.")
Email = Annotated[str, typer.Argument(help="Mail address of the person.")]


@user_app.command("add")
def user_add(
    email: Annotated[str, typer.Argument(help="Mail address; the person signs in with it.")],
    name: Annotated[str, typer.Option(help="Name as colleagues see it.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="Role; may be given several times.")] = None,
    password: Annotated[str, typer.Option(help="Password; without one a set-password link is printed.")] = "",
) -> None:
    """Add a person. The first administrator is made this way: hub user add me@firm.cn --role administrator."""
    with opened() as wiring, wiring.database.write() as session:
        person = accounts.add_person(
            session,
            email=email,
            name=name or email.split("@")[0],
            roles=role or ["seller"],
            password=password or None,
            by=accounts.SYSTEM,
        )
        if password:
            typer.echo(_("已添加 %(email)s。") % {"email": person.email})
            return
        typer.echo(_link(wiring, session, person))


@user_app.command("list")
def user_list() -> None:
    """List everybody with their roles."""
    with opened() as wiring, wiring.database.read() as session:
        people = accounts.people(session)
        roles = accounts.roles_of(session, [p.id or 0 for p in people])
        table = Table(_("邮箱"), _("姓名"), _("角色"), _("状态"))
        for person in people:
            state = _("在用") if person.active else _("已停用")
            table.add_row(person.email, person.name, ", ".join(sorted(roles.get(person.id or 0, []))), state)
    out().print(table)


@user_app.command("invite")
def user_invite(email: Email) -> None:
    """Print a link with which the person sets a password, the first time or again."""
    with opened() as wiring, wiring.database.write() as session:
        typer.echo(_link(wiring, session, _person(session, email)))


@user_app.command("password")
def user_password(
    email: Email,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="The new password.")
    ],
) -> None:
    """Set a person's password; every sign-in of theirs ends."""
    with opened() as wiring, wiring.database.write() as session:
        accounts.set_password(session, _person(session, email), password)
    typer.echo(_("已改好 %(email)s 的密码。") % {"email": email})


@token_app.command("make")
def token_make(
    email: Email,
    name: Annotated[str, typer.Option(help="What the token is for.")] = "cli",
    days: Annotated[int | None, typer.Option(min=1, help="Days until it ends; without, it does not.")] = None,
) -> None:
    """Make a personal token and print it: this once."""
    with opened() as wiring, wiring.database.write() as session:
        made = accounts.make_api_token(session, _person(session, email), name=name, days=days)
    typer.echo(made.secret)


@token_app.command("list")
def token_list(email: Email) -> None:
    """List a person's tokens; the tokens themselves are kept only as hashes."""
    with opened() as wiring, wiring.database.read() as session:
        rows = accounts.tokens_of_person(session, _person(session, email).id or 0)
    table = Table(_("编号"), _("名称"), _("到期"))
    for row in rows:
        ends = f"{row.expires_at:%Y-%m-%d}" if row.expires_at else _("不过期")
        table.add_row(str(row.id), row.name, ends)
    out().print(table)


@token_app.command("revoke")
def token_revoke(
    token_id: Annotated[int, typer.Argument(metavar="ID", help="Its number in the list.")],
) -> None:
    """End a token."""
    with opened() as wiring, wiring.database.write() as session:
        accounts.revoke_api_token(session, token_id, by=accounts.SYSTEM)
    typer.echo(_("令牌已作废。"))


def _person(session: Session, email: str) -> accounts.Person:
    found = accounts.by_email(session, email)
    if found is None:
        raise NotFound(_("没有 %(email)s 这个人。用 hub user list 看看有谁。") % {"email": email})
    return found


def _link(wiring: Wiring, session: Session, person: accounts.Person) -> str:
    base = wiring.settings.public_url or "http://127.0.0.1:8000"
    return f"{base}/invitations/{accounts.invite(session, person, by=accounts.SYSTEM)}"
