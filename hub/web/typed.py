"""Forms that come back as they were typed when what they say is refused: open, with the reason above them."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData


@dataclass(frozen=True)
class Refused:
    """The form of a page that was not taken, what was typed into it, and why not."""

    form: str
    typed: Mapping[str, str]
    error: str


class Forms:
    """A page with several forms, of which at most one was refused."""

    refused: Refused | None

    def told(self, form: str) -> str:
        """Why this form was not taken, empty when it was not this one."""
        return self.refused.error if self.refused and self.refused.form == form else ""

    def typed(self, form: str, values: Mapping[str, str]) -> Mapping[str, str]:
        """What this form begins with: what stands now, or what was typed when that was refused."""
        return {**values, **self.refused.typed} if self.refused and self.told(form) else values


def texts(form: FormData) -> dict[str, str]:
    """What was typed, without files."""
    return {k: v for k, v in form.items() if isinstance(v, str)}
