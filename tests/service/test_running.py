"""What an operator sees: the commands, readiness, metrics, logs, migrations."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from opentelemetry import trace

from service.database import Base, Database, migrate
from service.database.migrate import VERSION_TABLE
from service.settings import Settings
from tests.service import bodies
from tests.service.conftest import Client, new_key, put_standing, served


def copcheck(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    given = os.environ | {"COPCHECK_DATA": str(data)}
    command = [sys.executable, "-m", "service", *arguments]
    return subprocess.run(command, env=given, capture_output=True, text=True, check=False, timeout=120)


def test_keys_are_made_listed_and_revoked_by_the_command(tmp_path: Path) -> None:
    made = copcheck(tmp_path, "keys", "create", "Collector A", "--days", "30", "--readings-per-day", "1000")
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    assert secret.startswith("copcheck_")
    key_id = made.stderr.split()[1]
    listed = copcheck(tmp_path, "keys", "list").stdout
    assert key_id in listed
    assert "submit read" in listed
    assert secret not in listed
    assert copcheck(tmp_path, "keys", "revoke", key_id).returncode == 0
    again = copcheck(tmp_path, "keys", "revoke", key_id)
    assert again.returncode == 2
    assert "no key" in again.stderr
    wrong = copcheck(tmp_path, "keys", "create", "../A")
    assert wrong.returncode == 2
    assert "collector's name" in wrong.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "No key was ever made"),
        (["--open-on-loopback", "--host", "0.0.0.0"], "not a loopback address"),
    ],
)
def test_it_does_not_serve_unguarded(tmp_path: Path, arguments: list[str], said: str) -> None:
    refused = copcheck(tmp_path, "serve", *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr


def test_a_database_that_is_not_there_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COPCHECK_DATABASE_URL", "postgresql://nobody:secret-word@127.0.0.1:1/none")
    refused = copcheck(tmp_path, "keys", "list")
    assert refused.returncode == 2
    assert "cannot be reached" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert "secret-word" not in refused.stderr


def test_the_commands_start_without_what_they_do_not_need() -> None:
    script = (
        "import sys, service.command.app; print([m for m in ('fastapi', 'sqlalchemy', 'uvicorn') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"


def test_the_migrations_make_the_tables_that_the_code_knows(tmp_path: Path, database_url: str | None) -> None:
    database = Database(Settings(data=tmp_path, database_url=database_url).database)
    migrate(database)
    migrate(database)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    database.close()


COMPILED = """
import importlib, pkgutil, sys
from pathlib import Path
import kernels
from numba.core.dispatcher import Dispatcher
from validator.warming import compile_kernels
from validator.readings import read_submission
from validator.regulation import load_regulation
from validator.standing import read_standing
from validator.validation import validate_readings

def signatures():
    found = {}
    for module in pkgutil.iter_modules(kernels.__path__):
        for name, value in vars(importlib.import_module(f"kernels.{module.name}")).items():
            if isinstance(value, Dispatcher):
                found[f"{module.name}.{name}"] = set(value.signatures)
    return found

compile_kernels()
before, samples = signatures(), Path(sys.argv[1])
standing, rules = read_standing(samples / "standing.csv"), load_regulation()
for given in ("normal_day/readings.parquet", "formats/D0036.usr", "long_day/readings.parquet"):
    validate_readings(read_submission(samples / given, allow_test_data=True).readings, standing, rules)
after = signatures()
print([name for name in after if after[name] - before[name]])
"""


def test_nothing_is_compiled_once_it_is_ready() -> None:
    command = [sys.executable, "-c", COMPILED, str(bodies.SAMPLES)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300).stdout
    assert said.strip() == "[]"


def test_metrics_count_what_was_judged(open_client: Client) -> None:
    def read(name: str) -> float:
        lines = open_client.get("/metrics").text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(name))

    before = read("copcheck_readings_total")
    open_client.post("/v1/submissions", content=bodies.d0036())
    assert read("copcheck_readings_total") == before + 48
    assert read('copcheck_channel_days_total{outcome="') > 0
    assert read("copcheck_request_seconds_count") > 0
    assert read('copcheck_jobs{state="queued"}') == 0


def test_it_is_ready_only_with_everything(open_client: Client) -> None:
    answer = open_client.get("/readyz")
    assert answer.status_code == 200
    assert set(answer.json()["checks"]) == {"database", "store", "disk", "kernels", "intake"}
    open_client.app.state.kernels.clear()
    assert open_client.get("/readyz").json()["checks"]["kernels"] == "still being compiled"
    assert open_client.get("/readyz").status_code == 503


def test_the_log_tells_of_a_submission_and_of_no_secret(tmp_path: Path) -> None:
    from tests.service.processes import Served

    log = tmp_path / "log"
    server = Served(tmp_path / "data", log)
    try:
        server.wait()
        import httpx

        with httpx.Client(base_url=server.url, timeout=60) as client:
            client.put("/v1/standing", content=bodies.standing()).raise_for_status()
            headers = {"Authorization": "Bearer copcheck_a-secret-word"}
            place = "/v1/submissions?name=1014572465589.usr"
            mine = client.post(place, content=bodies.d0036(), headers=headers).json()["id"]
            client.get(f"/v1/submissions/{mine}/findings?mpan=1014572465589")
    finally:
        server.stop()
    text = log.read_text()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    judged = [line for line in lines if line["event"] == "submission judged"]
    assert [line["submission"] for line in judged] == [mine]
    assert judged[0]["readings"] == 48
    assert "secret-word" not in text
    assert "1014572465589" not in text, "a meter's number stands in the log"


def test_telemetry_tells_of_requests_where_it_is_asked_for(tmp_path: Path) -> None:
    # Without a provider nothing is told and nothing fails.
    assert type(trace.get_tracer_provider()).__name__ == "ProxyTracerProvider"
    with served(Settings(data=tmp_path, job_processes=0)) as client:
        key = new_key(client, "A", "read")
        assert client.by(key).get("/v1/checks", headers={"traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01"})


def test_standing_data_sent_again_is_the_same_version(open_client: Client) -> None:
    assert put_standing(open_client) == put_standing(open_client)
    assert len(open_client.get("/v1/standing").json()["standing"]) == 1


SPANS = """
import json, sys
from pathlib import Path
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
kept, provider = InMemorySpanExporter(), TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(kept))
trace.set_tracer_provider(provider)
from service.settings import Settings
from tests.service import bodies
from tests.service.conftest import put_standing, served
with served(Settings(data=Path(sys.argv[1]), open_on_loopback=True, job_processes=0, least_free_bytes=0)) as client:
    put_standing(client)
    mine = client.post("/v1/submissions", content=bodies.d0036()).json()["id"]
found = kept.get_finished_spans()
told = [(span.name, [str((span.attributes or {}).get("copcheck.submission"))]) for span in found]
print(json.dumps([mine, told]))
"""


def test_spans_name_the_submission_where_a_provider_is_set(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SPANS, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    mine, told = json.loads(said.splitlines()[-1])
    names = [name for name, submissions in told if mine in submissions[0]]
    assert "judge" in names
    assert any(name != "judge" for name in names), told


def test_a_request_and_its_judging_name_the_submission_to_any_tracer(
    open_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same without the SDK: what is asked of the interface alone."""
    named: list[object] = []

    class Kept(trace.NonRecordingSpan):
        def set_attribute(self, key: str, value: object) -> None:
            named.append((key, value))

    span = Kept(trace.INVALID_SPAN_CONTEXT)
    monkeypatch.setattr("service.spans.trace.get_current_span", lambda: span)
    mine = open_client.post("/v1/submissions", content=bodies.d0036()).json()["id"]
    assert ("copcheck.submission", mine) in named
