"""Asking a demo system whether it answers: HEAD, or GET where HEAD is not known. Only hosts that the settings list are
asked, and nobody is led elsewhere.

A *listed* host is written as host or host:port. The name is resolved once and that very address is talked to, so that a
name cannot mean another machine a moment later; a listed name that means a private address is not asked, unless the
address itself is listed too.
"""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

from hub.base.i18n import _

SECONDS = 10.0
HOPS = 5
PORTS = {"http": 80, "https": 443}
NOT_KNOWN = (405, 501)  # of HEAD
ASKS_FOR_LOGIN = (401, 403)  # somebody is there


class Refused(Exception):  # noqa: N818 - the sentence is the answer
    """It was not asked, or did not answer; the text is a sentence."""


@dataclass(frozen=True)
class Answer:
    """Whether it answered, and why not."""

    good: bool
    reason: str = ""


def listed(setting: str) -> frozenset[str]:
    """The hosts of the setting, in small letters."""
    return frozenset(h.strip().lower() for h in setting.replace(";", ",").split(",") if h.strip())


def is_listed(address: str, hosts: Iterable[str]) -> bool:
    """Whether the address is of a listed host, with its port where the list names one."""
    return _is_listed(urlsplit(address), frozenset(hosts))


def _is_listed(where: SplitResult, hosts: frozenset[str]) -> bool:
    try:
        host, port = (where.hostname or "").lower(), where.port or PORTS.get(where.scheme, 0)
    except ValueError:
        return False
    plain = f"[{host}]" if ":" in host else host
    return where.scheme in PORTS and bool({host, plain, f"{plain}:{port}"} & hosts)


def probe(address: str, hosts: Iterable[str], *, seconds: float = SECONDS) -> Answer:
    """Ask the address, following redirects to listed hosts only; never raises."""
    allowed = frozenset(hosts)
    try:
        where = address
        for _hop in range(HOPS):
            status, location = _ask(where, allowed, seconds)
            if location is None:
                return _judged(status)
            where = urljoin(where, location)
        raise Refused(_("跳转太多次。"))  # noqa: TRY301 - the one place where sentences become answers
    except Refused as refused:
        return Answer(good=False, reason=str(refused))
    except TimeoutError:
        return Answer(good=False, reason=_("%(n)s 秒内没有回答。") % {"n": f"{seconds:g}"})
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        return Answer(good=False, reason=_("连不上：%(why)s") % {"why": type(error).__name__})


def _judged(status: int) -> Answer:
    if 200 <= status < 300 or status in ASKS_FOR_LOGIN:  # noqa: PLR2004 - what HTTP calls success
        return Answer(good=True)
    return Answer(good=False, reason=_("回答是 %(status)s。") % {"status": status})


def _ask(address: str, hosts: frozenset[str], seconds: float) -> tuple[int, str | None]:
    """The status, and where it leads when it is a redirect."""
    where = urlsplit(address)
    if not _is_listed(where, hosts):
        raise Refused(_("它跳转到不在名单里的地方。"))
    place = _resolved(where, hosts)
    for method in ("HEAD", "GET"):
        answer = _talk(method, where, place, seconds)
        if method == "HEAD" and answer[0] in NOT_KNOWN:
            continue
        return answer
    raise AssertionError


def _resolved(where: SplitResult, hosts: frozenset[str]) -> tuple[str, int]:
    """The address behind the name; Refused for a private one that is not listed itself."""
    host, port = where.hostname or "", where.port or PORTS[where.scheme]
    found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for number in found:
        plain = ipaddress.ip_address(number.split("%")[0])
        shown = f"[{plain}]" if plain.version == 6 else str(plain)  # noqa: PLR2004 - IPv6
        if plain.is_global or {str(plain), shown, f"{shown}:{port}"} & hosts:
            return number, port
    raise Refused(_("名字指向内网地址，而这个地址不在名单里。"))


def _talk(method: str, where: SplitResult, place: tuple[str, int], seconds: float) -> tuple[int, str | None]:
    line = http.client.HTTPConnection(where.hostname or "", place[1], timeout=seconds)
    line.sock = socket.create_connection(place, timeout=seconds)
    try:
        if where.scheme == "https":
            safe = ssl.create_default_context()
            line.sock = safe.wrap_socket(line.sock, server_hostname=where.hostname)
        path = (where.path or "/") + (f"?{where.query}" if where.query else "")
        host = where.netloc.rsplit("@", 1)[-1]
        line.request(method, path, headers={"Host": host, "User-Agent": "quiver-hub", "Connection": "close"})
        answer = line.getresponse()
        leads = answer.status in (301, 302, 303, 307, 308)
        return answer.status, answer.getheader("Location") if leads else None
    finally:
        line.close()
