"""What a request asks for its body: the query and two headers, checked by one set of rules wherever they are read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import parse_qsl

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from validator.readings.hints import StampedHint

ChannelHint = Annotated[str, StringConstraints(pattern=r"^([0-9]{13}|[0-9]{4})/(AI|AE|RI|RE)$")]


Rules = TypeVar("Rules", bound=BaseModel)


class Asked(BaseModel):
    """The query of a submission; a field here is a parameter of the interface."""

    # A parameter misspelt would else be passed over, and the body judged without it.
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str | None = Field(None, max_length=200, description="What to call it in reports.")
    format: str | None = Field(None, max_length=40, description="A format's word; else by content.")
    time_base: Literal["local", "utc"] = Field("local", description="Whose days, where the format is silent.")
    collector: str | None = Field(None, max_length=64, description="Who read the outstations.")
    standing: str | None = Field(None, max_length=64, description="An id of /v1/standing; the newest unless told.")
    known_on: date | None = Field(None, description="Judge by what was on record on this date.")
    allow_test_data: bool = Field(
        False, description="Let in a file whose header says that it is a test; it stands on record with it."
    )
    lenient: bool = Field(
        False, description="Leave out what cannot be read, and keep it as refused.txt beside the result."
    )
    stamps: StampedHint = Field(
        "auto", description="Whether stamps mark a period's start or end, where the file is silent."
    )
    channel: list[ChannelHint] = Field([], max_length=16, description="MPAN/QUANTITY of a file without identifiers.")
    mapping: str | None = Field(
        None, pattern=r"^[0-9a-f]{32}$", description="An id of /v1/mappings, for MHHS messages."
    )


class AskedInHeaders(BaseModel):
    """The headers of a submission that have rules."""

    model_config = ConfigDict(frozen=True)

    idempotency_key: str | None = Field(None, min_length=1, max_length=200)
    prefer: str | None = Field(None, max_length=200)


_MANY = {name for name, field in Asked.model_fields.items() if isinstance(field.default, list)}


@lru_cache(maxsize=256)
def asked_of(query: bytes) -> Asked:
    """The query string as it came. Collectors send one and the same with every file, so that few are read twice.

    RequestValidationError, naming each parameter that is not as it should be.
    """
    told: dict[str, Any] = {}
    for name, value in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name in _MANY:
            told.setdefault(name, []).append(value)
        else:
            told[name] = value
    return _held_to(Asked, told, "query")


def asked_in(headers: Mapping[str, str]) -> AskedInHeaders:
    """The same of the headers."""
    key, prefer = headers.get("idempotency-key"), headers.get("prefer")
    return _held_to(AskedInHeaders, {"idempotency_key": key, "prefer": prefer}, "header")


def _held_to(model: type[Rules], told: dict[str, Any], where: str) -> Rules:
    try:
        return model.model_validate(told)
    except ValidationError as fault:
        errors = [error | {"loc": (where, *error["loc"])} for error in fault.errors(include_url=False)]
        raise RequestValidationError(errors) from fault
