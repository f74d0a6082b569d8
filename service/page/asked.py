"""A question about a meter as a form sends it."""

from __future__ import annotations

from pydantic import field_validator

from service.api.regulation import Question


class Asked(Question):
    """The question with what was left blank taken as not said."""

    @field_validator("*", mode="before")
    @classmethod
    def _blank_is_not_said(cls, value: object) -> object:
        return value or None
