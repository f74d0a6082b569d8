"""A parameter that no route has is refused: one misspelt would else be passed over, and everything answered."""

from __future__ import annotations

import difflib

from fastapi import Request

from service.problems import Problem


def check_parameters(request: Request) -> None:
    """Problem 422 where the query names a parameter that the interface does not describe for this route."""
    asked = list(request.query_params)
    if not asked:
        return
    known = _described(request)
    for name in asked:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"these are: {', '.join(known) or 'none'}"
            detail = f"{name[:40]!a} is no parameter of {request.method} {request.url.path}; {hint}"
            raise Problem(422, "invalid-request", detail, errors=[{"in": "query", "name": name[:200], "detail": hint}])


def _described(request: Request) -> list[str]:
    """The query parameters of the request's route, by the description of the interface."""
    operations = request.app.openapi()["paths"].get(request.scope["route"].path, {})
    operation = operations.get(request.method.lower(), {})
    return [parameter["name"] for parameter in operation.get("parameters", ()) if parameter["in"] == "query"]
