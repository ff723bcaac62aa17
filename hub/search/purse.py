"""What understanding one question may cost, counted in looks into books and texts and not in time.

A long question of words that nobody has, each of which might be pinyin, a slip or a homophone, could ask for thousands
of looks. Each is paid for, at about what it takes in millionths of a second; when the purse is empty nothing more is
looked up, what is left is taken as it was typed, and that is told. The same question on the same index always gets as
far.
"""

ENOUGH = 150_000
"""About a tenth of a second: enough for a run of pinyin of four words on fifty thousand documents."""

TEXT = 4
"""The price of looking into one text."""

POSTINGS = 400
"""The price of reading where a character stands."""


class Purse:
    """What is left for one question; of one thread."""

    def __init__(self, left: int | None = None) -> None:
        """A question nobody means to be cruel with leaves most of what is in it, `ENOUGH` unless said."""
        self.left = ENOUGH if left is None else left

    def pay(self, price: int) -> bool:
        """Whether there was something left to pay it with; the last look may cost more than that."""
        if self.left <= 0:
            return False
        self.left -= price
        return True

    def pay_for(self, many: int, price: int) -> int:
        """For how many of so many looks at this price there was something left; these are paid."""
        able = min(many, max(self.left, 0) // price)
        self.left -= able * price if able == many else max(self.left, 0)
        return able

    @property
    def empty(self) -> bool:
        """Whether something may have been left out."""
        return self.left <= 0
