"""The figures of `content/facts.yml`, as words for a page.

`case("xingang").cost_cut` gives `12.8`; `fact("products.iot.protocols")` gives `128`; `number(1234.5)` gives `1,234.5`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTENT = Path(__file__).resolve().parents[2]


@cache
def book() -> dict[str, Any]:
    return dict(yaml.safe_load((CONTENT / "facts.yml").read_text(encoding="utf-8")))


def number(value: float | str) -> str:
    """Thousands with commas, no needless zeros; a word stays as it is."""
    if isinstance(value, str):
        return value
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,}"


def fact(path: str) -> str:
    """The figure at a dotted path; raises KeyError when the book does not have it."""
    return number(raw(path))


def raw(path: str) -> Any:
    at: Any = book()
    for key in path.split("."):
        at = at[key]
    return at["value"] if isinstance(at, dict) and "value" in at else at


def say(path: str) -> str:
    """How the figure is worded."""
    at: Any = book()
    for key in path.split("."):
        at = at[key]
    return str(at["say"])


class Case:
    """One customer case: attributes are figures as words, `value` gives the number, `basis` where it comes from."""

    def __init__(self, key: str) -> None:
        self.key = f"case-{key}"
        self._case = book()["cases"][self.key]
        quote = self._case["quote"]
        self.quote, self.speaker, self.said_on = str(quote["text"]), str(quote["speaker"]), str(quote["on"])

    def value(self, name: str) -> float:
        return float(self._case["figures"][name]["value"])

    def basis(self, name: str) -> str:
        return str(self._case["figures"][name].get("basis", ""))

    def figures(self) -> dict[str, float]:
        return {name: entry["value"] for name, entry in self._case["figures"].items()}

    def __getattr__(self, name: str) -> str:
        try:
            return number(self._case["figures"][name]["value"])
        except KeyError:
            raise AttributeError(f"{self.key} has no figure {name!r}.") from None


@cache
def case(key: str) -> Case:
    return Case(key)


def spread(total: float, weights: list[float]) -> list[float]:
    """Whole numbers in the shape of `weights` whose sum is `total`; the last ones take what rounding left."""
    parts = [round(total * weight / sum(weights)) for weight in weights]
    rest = round(total) - sum(parts)
    for n in range(abs(rest)):
        parts[-1 - n % len(parts)] += 1 if rest > 0 else -1
    return [float(part) for part in parts]
