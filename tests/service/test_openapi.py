"""The description of the interface, and requests made up from it: no answer may be a fault of ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import checks
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from service.settings import Settings
from tests.service import bodies
from tests.service.conftest import Client, Told, put_standing, served, sized


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(Settings(data=tmp_path_factory.mktemp("api"), open_on_loopback=True, job_processes=0)) as client:
        put_standing(client)
        client.post("/v1/submissions", content=bodies.d0036())
        yield client


@pytest.fixture(scope="module")
def schema(client: Client) -> Any:
    return schemathesis.openapi.from_dict(client.get("/v1/openapi.json").json())


def test_every_route_is_described(client: Client) -> None:
    document = client.get("/v1/openapi.json").json()
    assert {"/v1/submissions", "/v1/submissions/{submission_id}/findings", "/readyz"} <= document["paths"].keys()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for code, answer in operation["responses"].items():
                if int(code) >= 400 and path.startswith("/v1"):
                    assert list(answer["content"]) == ["application/problem+json"]


def test_made_up_requests_are_answered_as_described(client: Client, schema: Any, told: Told) -> None:
    made = 0
    known = client.get("/v1/submissions").json()["submissions"][0]["id"]
    for result in schema.get_all_operations():
        operation = result.ok()

        @settings(
            max_examples=sized(8, 300), deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate],
        )  # fmt: skip
        def attempt(case: Any) -> None:
            nonlocal made
            made += 1
            if "submission_id" in case.path_parameters and made % 2:
                # Every other one at a submission that is there, so that more than its absence is tried.
                case.path_parameters["submission_id"] = known
            answer = case.call(base_url=str(client.base_url), timeout=60)
            wanted = [checks.not_a_server_error, content_type_conformance, response_schema_conformance]
            case.validate_response(answer, checks=wanted)

        from hypothesis import given

        given(case=operation.as_strategy())(attempt)()
    told("requests", made)
    assert made > 100


@pytest.mark.parametrize(
    ("method", "place", "status"),
    [
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/v1/submissions", 405),
        ("GET", "/v1/submissions/zzz", 422),
        ("GET", f"/v1/submissions/{'0' * 32}", 404),
        ("GET", "/v1/submissions?limit=none", 422),
        ("GET", f"/v1/submissions/{'0' * 32}/verdicts?mpna=1", 422),
        ("PUT", "/v1/standing?nmae=standing.csv", 422),
        ("POST", "/v1/submissions?lenien=true", 422),
        ("GET", f"/v1/submissions/{'0' * 32}/findings?check=nothing", 422),
        ("GET", f"/v1/submissions/{'0' * 32}/findings?cursor=nothing", 422),
    ],
)
def test_each_fault_is_a_problem(client: Client, method: str, place: str, status: int) -> None:
    answer = client.request(method, place)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert problem["instance"] == place.split("?")[0]
    assert problem["type"].startswith("urn:copcheck:problem:")


def test_a_misspelt_parameter_is_named_and_what_was_meant(client: Client) -> None:
    problem = client.get("/v1/submissions?limt=3").json()
    assert problem["detail"] == "'limt' is no parameter of GET /v1/submissions; did you mean limit?"
    assert problem["errors"] == [{"in": "query", "name": "limt", "detail": "did you mean limit?"}]
    assert client.post("/v1/submissions?lenien=true", content=b"").json()["errors"][0]["name"] == "lenien"
    for place in ("/v1/checks", "/v1/limits", "/v1/standing", "/v1/trail", "/v1/registry"):
        assert client.get(f"{place}?zzz=1").status_code == 422, place


@pytest.mark.parametrize(
    ("body", "line", "column"), [(b'{"firmware":\n bad}', 2, "2"), (b"{bad", 1, "2"), (b'{"a": 1', 1, "8")]
)
def test_a_body_that_is_no_json_is_told_with_its_place(client: Client, body: bytes, line: int, column: str) -> None:
    answer = client.post("/v1/approvals/decide", content=body, headers={"Content-Type": "application/json"})
    problem = answer.json()
    assert (answer.status_code, problem["line"], problem["column"]) == (422, line, column)
    assert problem["detail"].startswith(f"line {line}, column {column}: no JSON (")
