"""What is said of an index that cannot be asked."""

from hub.base.errors import HubError


class IndexUnavailable(HubError):  # noqa: N818 - the name is what a colleague says
    """The index is missing, damaged or of another version: it has to be rebuilt before it can be asked."""

    status = 503
    code = "index_unavailable"


class Damaged(IndexUnavailable):
    """A file of the index does not hold what it should."""

    def __init__(self, what: str) -> None:
        """`what` names the damage for the log; the reader gets the way out."""
        super().__init__(
            "搜索索引已损坏，正在等待重建；请稍后再试，或请管理员执行 hub reindex。", damage=what
        )
