"""Tokens, passcodes, gates and presets of links. Pure calculation.

The *key* is the server's signing key; without it neither a token nor a passcode can be worked out from the rows.
"""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.base.errors import HubError
from hub.base.i18n import Lazy, _, lazy

TOKEN_BYTES = 24  # 192 bits
LONGEST_DAYS = 365
MOST_ITEMS = 30
MOST_ALLOWED = 100
IDLE_MS = 300_000  # a page nobody touches counts for five minutes at most
LEAST_MS = 1_000  # below that nobody read anything
ADDRESS = re.compile(r"[^@\s,;]{1,64}@(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}", re.IGNORECASE)
DOMAIN = re.compile(r"@?(?:[a-z0-9-]+\.)+[a-z0-9-]{2,}", re.IGNORECASE)


@dataclass(frozen=True)
class Preset:
    """A way to share that nobody has to think about."""

    key: str
    label: Lazy
    says: Lazy
    days: int
    ask_email: bool
    with_passcode: bool
    download: bool
    watermark: bool


PRESETS = {
    p.key: p
    for p in (
        Preset("open", lazy("拿到链接就能看"), lazy("30 天有效，可下载；适合群发和快单"),
               30, ask_email=False, with_passcode=False, download=True, watermark=False),
        Preset("named", lazy("先留邮箱再看"), lazy("60 天有效，知道是谁在看，可下载；适合一对一跟进"),
               60, ask_email=True, with_passcode=False, download=True, watermark=False),
        Preset("close", lazy("只给指定的人看"), lazy("14 天有效，要邮箱和口令，页面带对方名字的水印，不可下载"),
               14, ask_email=True, with_passcode=True, download=False, watermark=True),
    )
}  # fmt: skip
PRESET_OF_TIER = {"transactional": "open"}


def preset_for(tier: str) -> Preset:
    """What a tier's links start with: quick deals are open, all others ask who is looking."""
    return PRESETS[PRESET_OF_TIER.get(tier, "named")]


def fresh_nonce() -> str:
    return secrets.token_hex(16)


def token_of(key: str, nonce: str) -> str:
    """The token of a link: 192 bits that only this server's key can work out."""
    made = hmac.new(key.encode(), f"share-token:{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:TOKEN_BYTES]).decode()


def passcode_of(key: str, nonce: str, edition: int) -> str:
    """Six digits; another edition of the gate has others."""
    made = hmac.new(key.encode(), f"share-code:{nonce}:{edition}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made[:8], 'big') % 1_000_000:06d}"


def is_passcode(given: str, right: str) -> bool:
    """Compares in constant time; spaces and full-width digits are taken as typed by a phone."""
    plain = "".join(str(int(c)) for c in given if c.isdecimal())
    return hmac.compare_digest(plain, right)


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def signed_secret(key: str, token_hash: str, secret: str = "") -> str:
    """A visitor's cookie: a fresh random secret (or the given one), signed for this link alone."""
    secret = secret or secrets.token_urlsafe(18)
    sign = hmac.new(key.encode(), f"share-visit:{token_hash}:{secret}".encode(), hashlib.sha256).hexdigest()
    return f"{secret}.{sign[:32]}"


def secret_in(key: str, token_hash: str, cookie: str) -> str:
    """The secret of a visitor's cookie; empty when it is not one of ours for this link."""
    secret, _dot, _sign = cookie.rpartition(".")
    if not secret or not hmac.compare_digest(
        signed_secret(key, token_hash, secret).encode(), cookie.encode()
    ):
        return ""
    return secret


def clean_email(given: str) -> str:
    """The address in lower case; HubError when it is none."""
    address = given.strip().lower()
    if len(address) > 254 or not ADDRESS.fullmatch(address):  # noqa: PLR2004 - the longest there is
        raise HubError(_("请填写您的邮箱，例如 name@company.com。"))
    return address


def clean_allowed(given: str) -> list[str]:
    """The allow list as typed, one a line or by commas: addresses, or domains as @company.com."""
    words = [w.strip().lower() for w in re.split(r"[\s,;，；、]+", given) if w.strip()]
    wrong = next((w for w in words if not (ADDRESS.fullmatch(w) or DOMAIN.fullmatch(w))), None)
    if wrong is not None:
        raise HubError(
            _("“%(word)s”不是邮箱，也不是域名。请写成 name@company.com 或 @company.com。") % {"word": wrong}
        )
    if len(words) > MOST_ALLOWED:
        raise HubError(_("名单最多 %(n)s 个。请改用公司的域名。") % {"n": MOST_ALLOWED})
    return list(dict.fromkeys(w if "@" in w else f"@{w}" for w in words))


def is_allowed(email: str, allow: Sequence[str]) -> bool:
    """True when the list is empty, or names the address or its domain."""
    return not allow or email in allow or f"@{email.rpartition('@')[2]}" in allow


def expiry(days: int, now: datetime) -> datetime:
    """When a link of so many days ends; HubError outside a day and a year."""
    if not 1 <= days <= LONGEST_DAYS:
        raise HubError(_("有效期请选 1 到 %(n)s 天。") % {"n": LONGEST_DAYS})
    return now + timedelta(days=days)


def counted_ms(ms: int) -> int:
    """Milliseconds of a beat that count: none below a second, five minutes at most."""
    return 0 if ms < LEAST_MS else min(ms, IDLE_MS)
