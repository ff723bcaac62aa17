"""The postings of one term as a block of bytes: the form in which engines keep them, read by a copy.

The block is

    head     number of postings (u32); bytes of a row step, of a weight and of a mask (u8 each); the weight (u32) and
             the mask (u8) that all share where the size is 0
    rows     the first row, then the steps to the next ones
    weights  quarters
    masks    field bits

or, for a few postings, the head with a step of 8 bytes and the postings as they were gathered.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from hub.search.columns import Ints, Postings
from hub.search.indexing import ALL_FIELDS, QUARTERS_SHIFT, ROW_SHIFT, Gathered
from hub.search.segments import postings_of

_HEAD = struct.Struct("<IBBBIB")
_FEW = 24
_AT_ONCE = 1_000_000
_STEPS: dict[int, "np.dtype[Any]"] = {size: np.dtype(f"<u{size}") for size in (1, 2, 4)}
_GATHERED = 8
_TOPS = ((1, 1 << 8), (2, 1 << 16), (4, 1 << 32))


class Packed(NamedTuple):
    """A term with its block, the number of its postings, and its first and last row."""

    term: str
    block: bytes
    size: int
    first: int
    last: int


def pack_postings(column: Gathered) -> bytes:
    """The block of a gathered term."""
    return next(pack_all((("", column),))).block


def pack_all(columns: Iterable[tuple[str, Gathered]]) -> Iterator[Packed]:
    """The blocks of gathered terms, in the order given. What is worked out for each posting is worked out for many
    terms at once: most terms stand in few documents, and there are a hundred thousand of them.
    """
    terms: list[str] = []
    waiting: list[Gathered] = []
    size = 0
    for term, column in columns:
        terms.append(term)
        waiting.append(column)
        size += len(column)
        if size >= _AT_ONCE:
            yield from _packed(terms, waiting)
            terms, waiting, size = [], [], 0
    if terms:
        yield from _packed(terms, waiting)


def _packed(terms: list[str], columns: list[Gathered]) -> Iterator[Packed]:
    """Few postings stay as they were gathered, others become steps, weights and masks."""
    sizes = np.fromiter(map(len, columns), np.int64, len(columns))
    ends = np.cumsum(sizes)
    whole = np.concatenate(columns)
    rows = (whole >> np.uint64(ROW_SHIFT)).astype(np.int64)
    spans = list(zip(terms, (ends - sizes).tolist(), ends.tolist(), strict=True))
    gathered = whole.astype("<u8", copy=False).tobytes()
    parts = _Parts(whole, rows, ends - sizes)
    for number, (term, start, end) in enumerate(spans):
        if end - start <= _FEW:
            head = _HEAD.pack(end - start, _GATHERED, 0, 0, 0, 0)
            block = head + gathered[start * _GATHERED : end * _GATHERED]
        else:
            block = parts.block(number, start, end)
        yield Packed(term, block, end - start, int(rows[start]), int(rows[end - 1]))


class _Parts:
    """Steps, weights and masks of many terms one after the other, as bytes of each size."""

    def __init__(self, whole: Gathered, rows: npt.NDArray[np.int64], starts: npt.NDArray[np.int64]) -> None:
        steps = rows.copy()
        steps[1:] -= rows[:-1]
        steps[starts] = rows[starts]
        weights = ((whole >> np.uint64(QUARTERS_SHIFT)) & np.uint64(0xFFFFFF)).astype(np.int64)
        masks = (whole & np.uint64(ALL_FIELDS)).astype(np.uint8)
        self._steps, self._weights, self._masks = _by_size(steps), _by_size(weights), masks.tobytes()
        self._step_tops = np.maximum.reduceat(steps, starts).tolist()
        self._weight_tops = np.maximum.reduceat(weights, starts).tolist()
        self._weight_ends = np.minimum.reduceat(weights, starts).tolist()
        self._mask_tops = np.maximum.reduceat(masks, starts).tolist()
        self._mask_ends = np.minimum.reduceat(masks, starts).tolist()

    def block(self, number: int, start: int, end: int) -> bytes:
        """The block of the term of this number, whose postings are these."""
        top, mask = self._weight_tops[number], self._mask_tops[number]
        step_size = _size(self._step_tops[number])
        weight_size = 0 if top == self._weight_ends[number] else _size(top)
        mask_size = int(mask != self._mask_ends[number])
        return b"".join(
            (
                _HEAD.pack(end - start, step_size, weight_size, mask_size, top, mask),
                self._steps[step_size][start * step_size : end * step_size],
                self._weights[weight_size][start * weight_size : end * weight_size],
                self._masks[start : end if mask_size else start],
            )
        )


def _by_size(numbers: npt.NDArray[np.int64]) -> dict[int, bytes]:
    """The numbers in each size they may be kept in, those that do not fit cut off; nothing in none."""
    return {0: b"", **{size: numbers.astype(_STEPS[size]).tobytes() for size in _STEPS}}


def _size(top: int) -> int:
    return next(size for size, bound in _TOPS if top < bound)


def unpack_postings(block: bytes) -> Postings:
    """The postings of a block; ValueError when it is not one."""
    if len(block) < _HEAD.size:
        raise ValueError("a block of postings is too short")
    count, step_size, weight_size, mask_size, weight, mask = _HEAD.unpack_from(block)
    if len(block) != _HEAD.size + count * (step_size + weight_size + mask_size):
        raise ValueError("a block of postings has another length than its head says")
    if step_size == _GATHERED:
        return postings_of(np.frombuffer(block, np.dtype("<u8"), count, _HEAD.size).astype(np.uint64))
    if (step_size, mask_size) not in _SIZES or weight_size not in {0, *_STEPS}:
        raise ValueError("a block of postings has a head of another kind")
    place = _HEAD.size + count * step_size
    rows = np.cumsum(np.frombuffer(block, _STEPS[step_size], count, _HEAD.size), dtype=np.int32)
    weights = (
        np.frombuffer(block, _STEPS[weight_size], count, place) if weight_size else np.full(count, weight)
    )
    masks = (
        np.frombuffer(block, np.uint8, count, len(block) - count)
        if mask_size
        else np.full(count, mask, np.uint8)
    )
    return Postings(rows, weights.astype(np.float32) / np.float32(4), masks)


def size_of(block: bytes) -> int:
    """How many postings the head of a block tells of."""
    return int.from_bytes(block[:_COUNT], "little")


class Lying(NamedTuple):
    """A block where it lies: the first row of its segment, and how many rows that has."""

    block: bytes
    base: int
    room: int


def unpack_several(lying: Iterable[Lying]) -> list[Postings]:
    """The postings of several terms in any segments, those of all blocks with the same sizes as one: for a term in a
    few hundred documents each step costs more than its postings. ValueError when one is no block, or reaches beyond its
    segment.
    """
    alike: dict[bytes, list[Lying]] = {}
    for one in lying:
        if len(one.block) < _HEAD.size:
            raise ValueError("a block of postings is too short")
        alike.setdefault(one.block[_SIZES_AT], []).append(one)
    return [_unpack_alike(some, *sizes) for sizes, some in alike.items()]


def _unpack_alike(lying: list[Lying], step_size: int, weight_size: int, mask_size: int) -> Postings:
    """The postings of blocks with the same sizes, one after the other."""
    blocks = [one.block for one in lying]
    heads = np.frombuffer(b"".join([block[: _HEAD.size] for block in blocks]), _HEADS)
    counts = heads["count"].astype(np.int64)
    sizes = np.fromiter(map(len, blocks), np.int64, len(blocks))
    if not (sizes == _HEAD.size + counts * (step_size + weight_size + mask_size)).all() or not counts.all():
        raise ValueError("a block of postings has another length than its head says")
    bases, rooms = (np.array([one[at] for one in lying], np.int64) for at in (1, 2))
    if step_size == _GATHERED:
        whole = b"".join([block[_HEAD.size :] for block in blocks])
        found = postings_of(np.frombuffer(whole, np.dtype("<u8")).astype(np.uint64))
        _inside(found.rows, np.repeat(rooms, counts))
        return Postings(found.rows + np.repeat(bases.astype(np.int32), counts), found.weights, found.masks)
    if (step_size, mask_size) not in _SIZES or weight_size not in {0, *_STEPS}:
        raise ValueError("a block of postings has a head of another kind")
    ends = (_HEAD.size + counts * step_size).tolist()
    middle = (_HEAD.size + counts * (step_size + weight_size)).tolist()
    steps = np.frombuffer(_parts(blocks, [_HEAD.size] * len(blocks), ends), _STEPS[step_size])
    weights = (
        np.frombuffer(_parts(blocks, ends, middle), _STEPS[weight_size])
        if weight_size
        else np.repeat(heads["weight"], counts)
    )
    masks = (
        np.frombuffer(_parts(blocks, middle, sizes.tolist()), np.uint8)
        if mask_size
        else np.repeat(heads["mask"], counts)
    )
    rows = _running(steps, counts, bases, rooms)
    return Postings(rows, weights.astype(np.float32) / np.float32(4), masks)


def _parts(blocks: list[bytes], starts: list[int], ends: list[int]) -> bytes:
    """The same part of each block, one after the other."""
    return b"".join([block[start:end] for block, start, end in zip(blocks, starts, ends, strict=True)])


def _running(
    steps: "npt.NDArray[Any]",
    counts: npt.NDArray[np.int64],
    bases: npt.NDArray[np.int64],
    rooms: npt.NDArray[np.int64],
) -> Ints:
    """The rows of steps of several terms, which begin anew with each."""
    starts = np.cumsum(counts) - counts
    lasts = np.add.reduceat(steps, starts, dtype=np.int64)
    _inside(lasts, rooms)
    rows = steps.astype(np.int32)
    rows[starts] += bases.astype(np.int32)
    rows[starts[1:]] -= (lasts + bases)[:-1].astype(np.int32)
    return np.cumsum(rows, out=rows)


def _inside(rows: "npt.NDArray[Any]", rooms: npt.NDArray[np.int64]) -> None:
    if (rows < 0).any() or (rows >= rooms).any():
        raise ValueError("postings point outside their segment")


_COUNT = 4
_SIZES_AT = slice(_COUNT, 7)
_HEADS = np.dtype([("count", "<u4"), ("sizes", "u1", (3,)), ("weight", "<u4"), ("mask", "u1")])
_SIZES = {(step, mask) for step in _STEPS for mask in (0, 1)}
