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
from typing import Any

import numpy as np

from hub.search.columns import Postings
from hub.search.indexing import ALL_FIELDS, QUARTERS_SHIFT, ROW_SHIFT, Gathered
from hub.search.segments import postings_of

_HEAD = struct.Struct("<IBBBIB")
_FEW = 24
_STEPS = {1: np.uint8, 2: np.uint16, 4: np.uint32}
_GATHERED = 8
_TOPS = ((1, 1 << 8), (2, 1 << 16), (4, 1 << 32))


def pack_postings(column: Gathered) -> bytes:
    """The block of a gathered term. Few postings stay as they were gathered: most terms stand in few
    documents.
    """
    if len(column) <= _FEW:
        return _HEAD.pack(len(column), _GATHERED, 0, 0, 0, 0) + column.astype("<u8", copy=False).tobytes()
    gathered = column.astype(np.int64)
    steps = np.diff(gathered >> ROW_SHIFT, prepend=0)
    weights = (gathered >> QUARTERS_SHIFT) & 0xFFFFFF
    masks = gathered & ALL_FIELDS
    step_size = _size(int(steps.max()))
    weight_size = 0 if (weights == weights[0]).all() else _size(int(weights.max()))
    mask_size = 0 if (masks == masks[0]).all() else 1
    head = _HEAD.pack(len(column), step_size, weight_size, mask_size, int(weights[0]), int(masks[0]))
    parts = ((steps, step_size), (weights, weight_size), (masks, mask_size))
    return head + b"".join(numbers.astype(_kind(size)).tobytes() for numbers, size in parts if size)


def _size(top: int) -> int:
    return next(size for size, bound in _TOPS if top < bound)


def _kind(size: int) -> "np.dtype[Any]":
    return np.dtype(_STEPS[size]).newbyteorder("<")


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
    rows = np.cumsum(np.frombuffer(block, _kind(step_size), count, _HEAD.size), dtype=np.int32)
    weights = (
        np.frombuffer(block, _kind(weight_size), count, place) if weight_size else np.full(count, weight)
    )
    masks = (
        np.frombuffer(block, np.uint8, count, len(block) - count)
        if mask_size
        else np.full(count, mask, np.uint8)
    )
    return Postings(rows, weights.astype(np.float32) / np.float32(4), masks)


_SIZES = {(step, mask) for step in _STEPS for mask in (0, 1)}
