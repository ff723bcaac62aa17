"""Input that nobody means well by, drawn from a seed: ids, words, query strings, forms and JSON bodies.

A body keeps some of what is right, so that it gets past the first check and reaches what lies behind.
"""

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "javascript:alert(1)",
    "{{7*7}}{% for x in y %}",
    "</textarea><svg/onload=alert(1)>",
)
WORDS = (
    *SCRIPTS,
    "",
    " ",
    "0",
    "-1",
    "9" * 31,
    str(2**63),
    "1.5",
    "1e400",
    "NaN",
    "१२",
    "true",
    "null",
    "..",
    "../../etc/passwd",
    "\x00",
    "a\x00b",
    "\x07\x1b[31m",
    "\ud800",
    "\ufffe\u202e",
    "😀",
    "长" * 300,
    "x" * 20_000,
    "' OR 1=1 --",
    "%(name)s %s {0}",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "2026-01-01T25:00",
    "9999-12-31T23:59:59-14:00",
    "[]",
    "-园区 OR (",
    'kind:"',
)
# Parts of an address, as they are sent.
IDS = (
    *(quote(w, safe="", errors="surrogatepass") for w in WORDS if len(w) < 1000),
    "%00",
    "%ff%fe",
    "%2e%2e%2f%2e%2e",
    "1;x=1",
    "+1",
    "%20 1".replace(" ", "%20"),
    "1" * 4400,
)
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**31, 2**63, 10**30, 1.5, float("nan"), float("inf"), -1e308, [], {}, [[]], [None], {"": None},
    ["x"] * 500, {"a": {"b": {"c": [1]}}},
)  # fmt: skip
BODIES = (
    b"",
    b"null",
    b"[]",
    b'"x"',
    b"{",
    b"\xff\xfe",
    b"[" * 3000,
    b'{"a":' * 500,
    b"9" * 5000,
    b'{"\\ud800":1}',
)


class Hostile:
    """Draws odd input; the same seed draws the same."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def word(self) -> str:
        return self.dice.choice(WORDS)

    def part(self, right: object) -> str:
        """A parameter of an address: right as often as not."""
        return quote(str(right), safe="") if self.dice.random() < 0.5 else self.dice.choice(IDS)

    def query(self, names: Sequence[str], right: Mapping[str, object]) -> str:
        """A query string of some of these names, some twice, and one that nobody knows."""
        chosen = [n for n in names if self.dice.random() < 0.6]
        chosen += self.dice.choices([*names, "unknown", "q", "\x00"], k=self.dice.choice((0, 0, 1, 2)))
        return "&".join(
            f"{_sent(n)}={_sent(str(right.get(n, 1)) if self.dice.random() < 0.4 else self.word())}"
            for n in chosen
        )

    def form(self, fields: Mapping[str, str]) -> dict[str, str]:
        """A form with up to three fields spoilt, one left out at times, one too many at times."""
        said = dict(fields)
        for name in self.dice.sample(sorted(said), k=min(len(said), self.dice.randint(1, 3))):
            said[name] = self.word()
        if said and self.dice.random() < 0.3:
            del said[self.dice.choice(sorted(said))]
        if self.dice.random() < 0.2:
            said[self.word()] = self.word()
        return said

    def body(
        self, schema: Mapping[str, Any], described: Mapping[str, Any], right: Mapping[str, Any]
    ) -> bytes:
        """A JSON body after its description, with something wrong in it most of the time."""
        if self.dice.random() < 0.08:
            return self.dice.choice(BODIES)
        made = self._value(schema, described, right, "", 0)
        if isinstance(made, dict) and self.dice.random() < 0.1:
            made[self.word()] = self.word()
        return json.dumps(made).encode()

    def _value(
        self,
        schema: Mapping[str, Any],
        all_: Mapping[str, Any],
        right: Mapping[str, Any],
        name: str,
        deep: int,
    ) -> Any:
        if deep and self.dice.random() < 0.12:
            return self.dice.choice(ODD)
        inner = all_[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else None
        inner = self.dice.choice(schema["anyOf"]) if "anyOf" in schema else inner
        if inner is not None:
            return self._value(inner, all_, right, name, deep)
        if "enum" in schema and self.dice.random() < 0.7:
            return self.dice.choice(schema["enum"])
        kind = schema.get("type")
        if kind == "object":
            wanted, fields = set(schema.get("required", ())), schema.get("properties", {})
            return {
                field: self._value(inner, all_, right, field, deep + 1)
                for field, inner in fields.items()
                if self.dice.random() < (0.95 if field in wanted else 0.4)
            }
        if kind == "array":
            return [
                self._value(schema.get("items", {}), all_, right, name, deep + 1)
                for _ in range(self.dice.randint(0, 2))
            ]
        return self._plain(kind, right.get(name))

    def _plain(self, kind: str | None, right: object) -> Any:
        if right is not None and self.dice.random() < 0.6:
            return right
        if kind == "integer":
            return self.dice.choice((0, 1, 2, -1, 2**31, 2**63, 10**30))
        if kind == "number":
            return self.dice.choice((0, 1, 0.1, -5, 1e308, float("nan"), float("inf"), 10**30))
        return self.dice.random() < 0.5 if kind == "boolean" else self.word()


def _sent(word: str) -> str:
    return quote(word, safe="", errors="surrogatepass")
