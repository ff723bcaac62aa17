"""Rights: the reader tokens of whoever asks, or everything, for operators."""

from enum import Enum
from typing import Final, Literal


class _Everything(Enum):
    EVERYTHING = "everything"


EVERYTHING: Final = _Everything.EVERYTHING
Rights = frozenset[str] | Literal[_Everything.EVERYTHING]
