"""What opening a segment works out, kept in a file beside it: its columns, and where the postings of each term are.

Reading these from the documents costs 70 millionths of a second for each, half a minute for half a million; from the
file a tenth of that or less. Who opens a large segment first writes the file, after a commit the writer. A segment
never changes, so the file holds as long as the segment; one that is missing, damaged or of another form is made anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hub.search.columns import Kind, Plain
from hub.search.packed import Array, Strings, read, write

FORM = 1
FEWEST = 1_000
"""A segment of fewer documents is opened as fast without the file."""

_BETWEEN = "\n"
_Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Opened:
    """The columns of a segment, its terms by kind in rising order, each with its number, and for each number where the
    postings begin, how many bytes they are and in how many documents the term stands.
    """

    plain: Plain
    terms: Mapping[Kind, dict[str, int]]
    starts: _Numbers
    lengths: _Numbers
    frequencies: _Numbers


def file_of(folder: Path, key: str) -> Path:
    """Where the file of a segment is; it goes with the segment, whose other files are named alike."""
    return folder / f"{key}.opened"


def save(path: Path, opened: Opened) -> None:
    """Write the file, unless the segment is small."""
    terms: dict[str, Sequence[str]] = {kind: list(known) for kind, known in opened.terms.items()}
    numbers = [number for known in opened.terms.values() for number in known.values()]
    unusual = numbers != list(range(len(numbers))) or any(
        _BETWEEN in t for some in terms.values() for t in some
    )
    if len(opened.plain.texts["ids"]) < FEWEST or unusual:
        return
    arrays: dict[str, Array] = {f"array {name}": array for name, array in opened.plain.arrays.items()}
    for name, texts in opened.plain.texts.items():
        arrays |= _flat(f"text {name}", texts)
    for name, texts in opened.plain.names.items():
        arrays |= _flat(f"name {name}", texts)
    for kind, some in terms.items():
        arrays[f"terms {kind}"] = np.frombuffer(
            _BETWEEN.join(some).encode("utf-8", "surrogatepass"), np.uint8
        )
    arrays |= {"starts": opened.starts, "lengths": opened.lengths, "frequencies": opened.frequencies}
    said = {
        "form": FORM,
        "of": path.name,
        "arrays": list(opened.plain.arrays),
        "texts": list(opened.plain.texts),
        "names": list(opened.plain.names),
        "terms": [[kind, len(some)] for kind, some in terms.items()],
    }
    write(path, arrays, said)


def load(path: Path, rows: int) -> Opened | None:
    """What was saved of a segment of so many documents; None when it has to be worked out."""
    found = read(path) if rows >= FEWEST else None
    if (
        found is None
        or not isinstance(found[1], dict)
        or (found[1].get("form"), found[1].get("of")) != (FORM, path.name)
    ):
        return None
    arrays, said = found
    plain = Plain(
        {name: arrays[f"array {name}"] for name in said["arrays"]},
        {name: _texts(arrays, f"text {name}") for name in said["texts"]},
        {name: _texts(arrays, f"name {name}") for name in said["names"]},
    )
    terms: dict[Kind, dict[str, int]] = {"words": {}, "characters": {}}
    first = 0
    for kind, count in said["terms"]:
        joined = arrays[f"terms {kind}"].tobytes().decode("utf-8", "surrogatepass")
        some = joined.split(_BETWEEN) if count else []
        terms[kind] = dict(zip(some, range(first, first + count), strict=True))
        first += count
    if len(plain.texts["ids"]) != rows or first != len(arrays["starts"]):
        return None
    return Opened(plain, terms, arrays["starts"], arrays["lengths"], arrays["frequencies"])


def _flat(name: str, texts: Sequence[str]) -> dict[str, Array]:
    flat = texts if isinstance(texts, Strings) else Strings.of(texts)
    return {f"{name} places": flat.places, f"{name} data": flat.data}


def _texts(arrays: Mapping[str, Array], name: str) -> Strings:
    return Strings(arrays[f"{name} places"], arrays[f"{name} data"])
