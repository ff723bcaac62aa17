"""Secrets: passwords (argon2) and random tokens (kept as sha256)."""

import hashlib
import secrets

from pwdlib import PasswordHash

from hub.base.errors import HubError
from hub.base.i18n import _

SHORTEST = 8
LONGEST = 128
_hasher = PasswordHash.recommended()
# Checked when the address is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash(secrets.token_urlsafe(16))


def hashed(password: str) -> str:
    """The argon2 hash; HubError when the password is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise HubError(_("密码要有 8 到 128 个字符。"))
    return _hasher.hash(password)


def matches(password: str, password_hash: str) -> bool:
    """True when the password is the right one; takes the same time for an empty hash."""
    right = _hasher.verify(password[:LONGEST], password_hash or _NOBODY)
    return right and bool(password_hash)


def new_token() -> tuple[str, str]:
    """A fresh 256-bit token and the hash under which it is kept."""
    token = secrets.token_urlsafe(32)
    return token, token_hash(token)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
