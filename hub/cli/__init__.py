"""The command `hub`: thin, over the same verbs as the pages.

Exit codes: 0 done, 1 a fault of ours or a check that found something, 2 wrong usage or input that was refused. What a
command answers goes to stdout; progress, warnings and error sentences go to stderr.
"""

import os
import sys
import traceback

import typer

from hub.base.errors import HubError
from hub.base.i18n import _, speaking
from hub.cli import finding, importing, keeping, mail, people, requirements, serving, slides
from hub.cli.opening import quiet_log

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Quiver 弹药库: the sales-enablement hub.",
)
for room in (serving, importing, finding, keeping):
    room.add_to(app)
app.add_typer(people.user_app, name="user")
app.add_typer(people.token_app, name="token")
app.add_typer(keeping.demo_app, name="demo")
app.add_typer(slides.app, name="slides")
app.add_typer(requirements.app, name="requirements")
app.add_typer(mail.app, name="mail")


def main() -> None:
    """Run the command; an error of the house is one sentence on stderr and exit code 2, a fault of ours is 1."""
    quiet_log()
    with speaking(language()):
        try:
            app()
        except HubError as error:
            typer.echo(error.message, err=True)
            sys.exit(2)
        except BrokenPipeError:  # who reads has enough, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except Exception as error:  # noqa: BLE001 - told in one sentence, with the trace for who asks
            if os.environ.get("HUB_LOG_LEVEL") == "DEBUG":
                traceback.print_exc()
            typer.echo(
                _("我们这边出错了：%(error)s") % {"error": f"{type(error).__name__}: {error}"}, err=True
            )
            sys.exit(1)


def language() -> str:
    """English where the terminal's language is English; else Chinese."""
    said = next((os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), "")
    return "en" if said.lower().startswith("en") else "zh-CN"
