"""Sealing: a short secret as it may lie in the database, readable only with the hub's key.

AES-256 in Galois/counter mode (NIST SP 800-38D) under a fresh nonce of 96 bits, by the `cryptography` library; the key
of each purpose is derived from the hub's with HKDF-SHA256 (RFC 5869). So a copy of the database alone tells nothing,
and what was altered is refused.
"""

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.base.errors import HubError
from hub.base.i18n import _

NONCE = 12  # bytes
MARK = "s1:"


def seal(text: str, *, key: str, purpose: str) -> str:
    """The text sealed; sealing it again gives another result. An empty text stays empty."""
    if not text:
        return ""
    nonce = secrets.token_bytes(NONCE)
    return (
        MARK
        + base64.urlsafe_b64encode(nonce + _box(key, purpose).encrypt(nonce, text.encode(), None)).decode()
    )


def unseal(sealed: str, *, key: str, purpose: str) -> str:
    """The text; HubError when it was altered, or sealed with another key or for another purpose."""
    if not sealed:
        return ""
    try:
        if not sealed.startswith(MARK):
            raise ValueError("the mark is missing")  # noqa: TRY301 - told below like any other damage
        raw = base64.urlsafe_b64decode(sealed.removeprefix(MARK).encode())
        return _box(key, purpose).decrypt(raw[:NONCE], raw[NONCE:], None).decode()
    except (ValueError, InvalidTag) as error:
        raise HubError(_("这个口令解不开：服务器的密钥换过。请重新填写口令。")) from error


def _box(key: str, purpose: str) -> AESGCM:
    derived = HKDF(SHA256(), length=32, salt=None, info=f"quiver:{purpose}".encode()).derive(key.encode())
    return AESGCM(derived)
