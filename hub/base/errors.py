"""The four families of errors a person can meet.

A message is one sentence for the reader, with the way out. Domains raise; one handler per surface catches and
turns the family into its status. A thing a person may not know of is NotFound, never NotAllowed.
"""

from typing import ClassVar


class HubError(Exception):
    """Something the person can mend: bad input, a limit. Answered with 400."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_input"

    def __init__(self, message: str, **details: object) -> None:
        """Keep `message` for the reader and `details` (JSON values) for programs."""
        super().__init__(message)
        self.message = message
        self.details = details


class NotFound(HubError):  # noqa: N818 - the name is what a colleague says
    """It is not there, or this person may not know that it is. Answered with 404."""

    status = 404
    code = "not_found"


class NotAllowed(HubError):  # noqa: N818
    """The person knows of the thing but may not do this to it. Answered with 403."""

    status = 403
    code = "not_allowed"


class Conflict(HubError):  # noqa: N818
    """Somebody or something else got there first. Answered with 409."""

    status = 409
    code = "conflict"
