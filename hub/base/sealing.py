"""Sealing: a short secret as it may lie in the database, readable only with the hub's key.

Encrypted with a stream made by HMAC-SHA256 in counter mode under a fresh nonce, then authenticated with HMAC-SHA256
under another key; both keys are derived from the hub's key and the purpose. So a copy of the database alone tells
nothing, and what was altered is refused.
"""

import base64
import hashlib
import hmac
import secrets

from hub.base.errors import HubError
from hub.base.i18n import _

NONCE = TAG = 16
BLOCK = 32
MARK = "s1:"


def seal(text: str, *, key: str, purpose: str) -> str:
    """The text sealed; sealing it again gives another result. An empty text stays empty."""
    if not text:
        return ""
    encrypting, signing = _keys(key, purpose)
    nonce, plain = secrets.token_bytes(NONCE), text.encode()
    hidden = _mixed(plain, encrypting, nonce)
    tag = hmac.digest(signing, nonce + hidden, "sha256")[:TAG]
    return MARK + base64.urlsafe_b64encode(nonce + tag + hidden).decode()


def unseal(sealed: str, *, key: str, purpose: str) -> str:
    """The text; HubError when it was altered, or sealed with another key or for another purpose."""
    if not sealed:
        return ""
    try:
        raw = base64.urlsafe_b64decode(sealed.removeprefix(MARK).encode())
    except ValueError:
        raw = b""
    nonce, tag, hidden = raw[:NONCE], raw[NONCE : NONCE + TAG], raw[NONCE + TAG :]
    encrypting, signing = _keys(key, purpose)
    good = hmac.digest(signing, nonce + hidden, "sha256")[:TAG]
    if not sealed.startswith(MARK) or not hidden or not hmac.compare_digest(tag, good):
        raise HubError(_("这个口令解不开：服务器的密钥换过。请重新填写口令。"))
    return _mixed(hidden, encrypting, nonce).decode()


def _keys(key: str, purpose: str) -> tuple[bytes, bytes]:
    def derived(use: str) -> bytes:
        return hmac.digest(key.encode(), f"quiver:{purpose}:{use}".encode(), "sha256")

    return derived("encrypt"), derived("sign")


def _mixed(data: bytes, key: bytes, nonce: bytes) -> bytes:
    """The data xored with the stream; mixing twice gives the data back."""
    count = -(-len(data) // BLOCK)
    stream = b"".join(hmac.digest(key, nonce + n.to_bytes(8, "big"), hashlib.sha256) for n in range(count))
    return bytes(a ^ b for a, b in zip(data, stream, strict=False))
