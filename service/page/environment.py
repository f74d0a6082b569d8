"""The page's templates, over those of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from jinja2 import PackageLoader
from starlette.responses import HTMLResponse

from service.access.caller import Caller
from service.services import Services
from validator.regulation import Regulation
from validator.report.left_out import left_out_words
from validator.report.page import OUTCOME_MEANINGS, environment_for
from validator.version import product_version

_LOADER = PackageLoader("service.page")


def rendered(
    services: Services,
    template: str,
    caller: Caller | None,
    *,
    status: int = 200,
    regulation: Regulation | None = None,
    **told: Any,
) -> HTMLResponse:
    """A template as an answer that nothing keeps: another person may use the browser next."""
    tables = regulation or services.regulations.today
    environment = environment_for(tables, _LOADER)
    environment.filters["left_out_words"] = _left_out_words
    text = environment.get_template(template).render(
        caller=caller,
        open=services.settings.open_on_loopback,
        version=product_version(),
        regulation=tables,
        outcome_meanings=OUTCOME_MEANINGS,
        **told,
    )
    return HTMLResponse(text, status, {"Cache-Control": "no-store"})


def _left_out_words(left_out: Mapping[str, int]) -> str:
    """How much a lenient reading left out, of what a result says of it."""
    counts = {key.replace("_", " "): count for key, count in left_out.items() if key != "places" and count}
    days = counts.pop("channel days", 0)
    return left_out_words(({"channel-days": days} if days or not counts else {}) | counts)


def is_fragment(request: Request) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("hx-request") == "true"
