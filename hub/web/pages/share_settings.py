"""The settings of a link as its form shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub import sharing


@dataclass(frozen=True)
class Settings:
    """What can be changed of a link: as it is, or as it was typed when that was refused, which `error` says."""

    title: str
    customer: str
    greeting: str
    contact: str
    days: str
    ask_email: bool
    with_passcode: bool
    download: bool
    watermark: bool
    allow: str
    error: str = ""


def settings_of(share: sharing.Share, customer: str) -> Settings:
    return Settings(
        title=share.title,
        customer=customer,
        greeting=share.greeting,
        contact=str(share.contact_id or ""),
        days="",
        ask_email=share.ask_email,
        with_passcode=share.with_passcode,
        download=share.download,
        watermark=share.watermark,
        allow="\n".join(share.allow),
    )


def settings_typed(form: Mapping[str, Any], error: str) -> Settings:
    """The settings as the form was sent, with why they were refused."""

    def text(name: str) -> str:
        return str(form.get(name) or "")

    return Settings(
        title=text("title"),
        customer=text("customer"),
        greeting=text("greeting"),
        contact=text("contact"),
        days=text("days"),
        ask_email=text("ask_email") == "1",
        with_passcode=text("with_passcode") == "1",
        download=text("download") == "1",
        watermark=text("watermark") == "1",
        allow=text("allow"),
        error=error,
    )
