"""What went wrong, as RFC 9457 problem details."""

from __future__ import annotations

from typing import Any

from validator.errors import RegistryError, RegulationError, SubmissionError, TooLargeError

MEDIA_TYPE = "application/problem+json"
_TITLES = {
    400: "The request cannot be understood",
    401: "A key is needed",
    403: "The key may not do this",
    404: "There is no such thing",
    405: "This cannot be done here",
    406: "None of the forms asked for can be given",
    408: "The body came too slowly",
    409: "It is not in a state for this",
    410: "It is no longer on line",
    412: "It was changed in the meantime",
    413: "The body is too large",
    415: "The body's form is not one that can be read",
    422: "The body cannot be used as it is",
    428: "Say which version you mean to change",
    429: "The key has sent all that it may for now",
    500: "A fault of ours",
    503: "Not available just now",
    507: "There is no room left",
}


class Problem(Exception):  # noqa: N818 - RFC 9457's own word
    """Raised anywhere while a request is answered; becomes the answer."""

    def __init__(
        self, status: int, kind: str, detail: str, *, headers: dict[str, str] | None = None, **more: Any
    ) -> None:
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers or {}
        self.more = {name: value for name, value in more.items() if value is not None}
        super().__init__(detail)

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.status, self.kind, self.detail, self.headers, self.more)

    def document(self, instance: str | None = None) -> dict[str, Any]:
        """The problem as its JSON members."""
        told = {
            "type": f"urn:copcheck:problem:{self.kind}",
            "title": _TITLES.get(self.status, "It could not be done"),
            "status": self.status,
            "detail": self.detail,
        }
        return told | ({"instance": instance} if instance else {}) | self.more


def _rebuilt(status: int, kind: str, detail: str, headers: dict[str, str], more: dict[str, Any]) -> Problem:
    return Problem(status, kind, detail, headers=headers, **more)


def not_found(what: str) -> Problem:
    """404; said of what is another collector's too."""
    return Problem(404, "not-found", f"no such {what}")


def of_submission(fault: SubmissionError) -> Problem:
    """A body that cannot be read: 413 where it becomes too large, 422 otherwise, with its place."""
    place, too_large = fault.place, isinstance(fault, TooLargeError)
    return Problem(
        413 if too_large else 422,
        "too-large" if too_large else "unreadable-submission",
        str(fault),
        file=place.file,
        line=place.line,
        row=place.row,
        column=place.column,
        byte=place.byte,
        found=fault.found,
        expected=fault.expected,
        action=fault.action or None,
        good=fault.good,
    )


def of_registry(fault: RegistryError) -> Problem:
    """A change that the registry does not take."""
    return Problem(
        422, "registry", str(fault), found=fault.found, expected=fault.expected, action=fault.action or None,
        faults=list(fault.faults) or None,
    )  # fmt: skip


def of_regulation(fault: RegulationError) -> Problem:
    """Rows that cannot be trusted."""
    return Problem(422, "unusable-regulation", str(fault), file=fault.file, line=fault.line, found=fault.what)
