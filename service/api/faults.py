"""Every fault of a request as problem details."""

from __future__ import annotations

import json
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from service.database import NotAvailableError
from service.problems import MEDIA_TYPE, Problem, of_registry, of_regulation, of_submission
from service.store import DamagedObjectError, MissingObjectError, StoreUnavailableError
from validator.errors import RegistryError, RegulationError, SubmissionError

RETRY_S = "5"
log = structlog.get_logger("copcheck.api")


def add_fault_answers(app: FastAPI) -> None:
    """Has the app answer each fault as a problem."""
    for fault, answer in (
        (Problem, lambda fault: fault),
        (SubmissionError, of_submission),
        (RegulationError, of_regulation),
        (RegistryError, of_registry),
        (RequestValidationError, _of_validation),
        (HTTPException, _of_http),
        (NotAvailableError, _of_absence),
        (StoreUnavailableError, _of_absence),
        (MissingObjectError, _of_loss),
        (DamagedObjectError, _of_loss),
        (ClientDisconnect, _of_departure),
        (Exception, _of_ourselves),
    ):
        app.add_exception_handler(fault, _answering(answer))


def problem_response(problem: Problem, instance: str | None = None) -> Response:
    """A problem as an answer."""
    content = json.dumps(problem.document(instance), default=str).encode("ascii")
    return Response(content, problem.status, {**problem.headers, "Cache-Control": "no-store"}, MEDIA_TYPE)


def _answering(answer: Any) -> Any:
    async def handler(request: Request, fault: Exception) -> Response:
        return problem_response(answer(fault), request.url.path)

    return handler


def _of_validation(fault: RequestValidationError) -> Problem:
    errors = []
    for error in fault.errors():
        if error["type"] == "json_invalid":
            return _of_json(error, str(fault.body))
        place = [str(part) for part in error["loc"]]
        errors.append({"in": place[0], "name": ".".join(place[1:]), "detail": error["msg"]})
    named = "; ".join(f"{error['name'] or error['in']}: {error['detail']}" for error in errors)
    return Problem(422, "invalid-request", named or "the request is not as it should be", errors=errors)


def _of_json(error: dict[str, Any], body: str) -> Problem:
    """A body that is no JSON, with the line and column where it stops being that."""
    before = body[: int(error["loc"][-1])]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    detail = f"line {line}, column {column}: no JSON ({error['ctx']['error']})"
    return Problem(422, "invalid-request", detail, line=line, column=str(column))


def _of_http(fault: HTTPException) -> Problem:
    kinds = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 400: "bad-request"}
    kind = kinds.get(fault.status_code, f"http-{fault.status_code}")
    return Problem(fault.status_code, kind, str(fault.detail), headers=dict(fault.headers or {}))


def _of_absence(fault: NotAvailableError | StoreUnavailableError) -> Problem:
    log.warning("not available", why=str(fault))
    if fault.full:
        return Problem(507, "no-room", f"{fault}; send it again later", headers={"Retry-After": "60"})
    return Problem(503, "not-available", f"{fault}; ask again", headers={"Retry-After": RETRY_S})


def _of_loss(fault: Exception) -> Problem:
    log.error("object lost or damaged", why=str(fault))
    return Problem(500, "damaged", "what was kept is missing or damaged; `copcheck audit` tells what")


def _of_departure(_: ClientDisconnect) -> Problem:
    # Nobody is there to read this; the log and the metrics are.
    return Problem(400, "client-gone", "the body ended before its length; nothing was kept of it")


def _of_ourselves(fault: Exception) -> Problem:
    log.error("fault of ours", exc_info=fault)
    return Problem(500, "ours", "something went wrong here; it is in the log under this request's X-Request-ID")
