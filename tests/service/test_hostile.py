"""What clients do wrong, by mistake or not: the service answers each with a problem and goes on."""

from __future__ import annotations

import gzip
import io
import random
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import estate
from service.settings import Settings
from tests.service import bodies
from tests.service.conftest import Client, Told, put_standing, served, sized

MEGABYTE = 1024 * 1024
CAP = 20 * MEGABYTE
PARTS = 4
CAPS: dict[str, Any] = {
    "open_on_loopback": True, "job_processes": 0, "most_body_bytes": 4 * MEGABYTE, "sync_bytes": 4 * MEGABYTE,
    "most_decompressed_bytes": CAP,
}  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service with little patience and small caps."""
    settings = Settings(data=tmp_path_factory.mktemp("hostile"), header_s=1.0, body_idle_s=1.0, **CAPS)
    with served(settings) as client:
        put_standing(client)
        yield client


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One that waits for clients of a busy machine: what many send at once is not to be refused as too slow."""
    with served(Settings(data=tmp_path_factory.mktemp("patient"), **CAPS)) as client:
        put_standing(client)
        yield client


def parquet(systems: int = 3) -> bytes:
    out = pa.BufferOutputStream()
    pq.write_table(estate.readings(systems), out, compression="zstd")
    return bytes(out.getvalue().to_pybytes())


def bombs() -> dict[str, bytes]:
    zeros = bytes(300 * MEGABYTE)
    days = pa.table(
        {
            "mpan_core": pa.array([bodies.MPANS[0]] * 20_000),
            "measurement_quantity": pa.array(["AI"] * 20_000),
            "role": pa.array(["MAIN"] * 20_000),
            "settlement_date": pa.array([estate.DAY] * 20_000),
            "energy_kwh": pa.FixedSizeListArray.from_arrays(pa.array([0.0] * 48 * 20_000), 48).cast(
                pa.list_(pa.float64())
            ),
        }
    ).combine_chunks()
    days = pa.concat_tables([days] * 8).combine_chunks()
    arrow, columns = pa.BufferOutputStream(), pa.BufferOutputStream()
    with pa.ipc.new_stream(arrow, days.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(days)
    pq.write_table(days, columns, compression="zstd")
    header = b"mpan_core,measurement_quantity,role,settlement_date,p1\n"
    return {
        "zstd": pa.compress(header + zeros, "zstd", asbytes=True),
        "gzip": gzip.compress(header + zeros, 6),
        "arrow": arrow.getvalue().to_pybytes(),
        "parquet": columns.getvalue().to_pybytes(),
    }


def test_what_becomes_too_large_is_413_and_stays_small_in_memory(client: Client) -> None:
    for name, bomb in bombs().items():
        assert len(bomb) < 2 * MEGABYTE, name
        before = psutil.Process().memory_info().rss
        answer = client.post("/v1/submissions", content=bomb)
        assert answer.status_code == 413, (name, answer.text)
        assert answer.json()["type"] == "urn:copcheck:problem:too-large"
        assert psutil.Process().memory_info().rss - before < 12 * CAP, name


def test_a_body_over_the_cap_is_413_by_its_length_and_by_its_bytes(client: Client) -> None:
    told = client.post("/v1/submissions", content=bytes(5 * MEGABYTE))
    untold = client.post("/v1/submissions", content=iter([bytes(MEGABYTE)] * 5))
    assert (told.status_code, untold.status_code) == (413, 413)
    assert told.json()["limit"] == 4 * MEGABYTE
    assert list(client.services.settings.spool.glob("body-*")) == []


def test_flipped_bits_never_break_the_service(patient: Client, told: Told) -> None:
    def send(seed: int) -> int:
        chance = random.Random(seed)
        body = bytearray(bodies.arrow(2, compression=chance.choice([None, "lz4", "zstd"])))
        for _ in range(chance.randint(1, 4)):
            body[chance.randrange(len(body))] ^= 1 << chance.randrange(8)
        return patient.post("/v1/submissions", content=bytes(body)).status_code

    codes = answered(send, range(sized(120, 3000)))
    told("answers", dict(codes))
    assert codes.keys() <= {200, 413, 415, 422}, codes
    assert patient.get("/healthz").status_code == 200


@pytest.mark.parametrize("part", range(PARTS))
def test_malformed_bodies_never_break_the_service(patient: Client, part: int, told: Told) -> None:
    """Of every format that is read, several at once; parts, so that none takes long at full size."""
    whole = [bodies.arrow(2), bodies.arrow(2, "zstd"), parquet(), bodies.d0036(), gzip.compress(bodies.d0036())]
    whole += [path.read_bytes() for path in sorted((bodies.SAMPLES / "formats").iterdir())]
    codes = sent_at_once(patient, "POST", "/v1/submissions?allow_test_data=true", whole, seeds(part, sized(75, 2500)))
    told("answers", dict(codes))
    assert codes.keys() <= {200, 413, 415, 422}, codes
    assert patient.get("/healthz").status_code == 200


def test_malformed_standing_data_never_breaks_the_service(patient: Client, told: Told) -> None:
    flow = (bodies.SAMPLES / "formats" / "D0268.usr").read_bytes()
    table = io.BytesIO()
    pl.read_csv(bodies.standing(3)).write_parquet(table)
    whole = [flow, gzip.compress(flow), bodies.standing(3), table.getvalue()]
    codes = sent_at_once(patient, "PUT", "/v1/standing?allow_test_data=true", whole, seeds(PARTS, sized(50, 1000)))
    told("answers", dict(codes))
    assert codes.keys() <= {200, 413, 415, 422}, codes
    assert {200, 422} <= codes.keys()
    put_standing(patient)


def sent_at_once(client: Client, method: str, place: str, whole: list[bytes], made_by: range) -> Counter[int]:
    """How many malformed bodies were answered by which status; what is refused is a problem document."""
    media = ["", "text/csv", "application/vnd.apache.parquet", "text/vnd.elexon.d0036", "x/y", "\x80"]

    def send(seed: int) -> int:
        chance = random.Random(seed)
        body, told = malformed(chance, chance.choice(whole)), chance.choice(media)
        headers = {"Content-Type": told.encode("latin-1")} if told else {}
        if chance.random() < 0.2:
            headers["Content-Encoding"] = chance.choice([b"gzip", b"zstd", b"br", b"gzip, zstd"])  # type: ignore[assignment]
        answer = client.request(method, place, content=body, headers=headers)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json", seed
            assert answer.json()["status"] == answer.status_code, seed
        assert answer.status_code < 500, (seed, answer.text)
        return answer.status_code

    return answered(send, made_by)


def answered(send: Callable[[int], int], seeds: range) -> Counter[int]:
    """How often each status was the answer, several being asked at once."""
    with ThreadPoolExecutor(8) as pool:
        return Counter(pool.map(send, seeds))


def seeds(part: int, many: int) -> range:
    """So many seeds, others for each part."""
    return range(part * 1_000_000, part * 1_000_000 + many)


def malformed(chance: random.Random, whole: bytes) -> bytes:
    """A body cut, spliced, overwritten, repeated, or made of noise."""
    body, kind = bytearray(whole), chance.randrange(6)
    at = chance.randrange(len(body))
    if kind == 0:
        del body[at:]
    elif kind == 1:
        body[at : at + chance.randint(1, 64)] = chance.randbytes(chance.randint(0, 64))
    elif kind == 2:
        body += body[at:]
    elif kind == 3:
        body = bytearray(chance.randbytes(chance.randint(0, 300)))
    elif kind == 4:
        body[at:at] = chance.choice([b"\x00" * 9, b"|||", b"\n\n", b"\xff\xfe", b"1e999", b"nan", b'"'])
    else:
        del body[:at]
    return bytes(body)


def raw(client: Client) -> socket.socket:
    return socket.create_connection(("127.0.0.1", client.port), timeout=30)


def received(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    whole = b""
    try:
        while piece := connection.recv(65536):
            whole += piece
    except ConnectionResetError:
        pass
    return whole


def test_a_head_that_drips_is_cut_off(client: Client) -> None:
    with raw(client) as connection:
        began = time.monotonic()
        connection.settimeout(10)
        try:
            for byte in b"POST /v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: " + b"a" * 100:
                connection.sendall(bytes([byte]))
                time.sleep(0.05)
        except (BrokenPipeError, ConnectionResetError):
            pass
        assert received(connection) == b""
        assert time.monotonic() - began < 8


def test_a_body_that_stops_is_408(client: Client) -> None:
    with raw(client) as connection:
        connection.sendall(b"POST /v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf of it")
        answer = received(connection)
    assert b" 408 " in answer.split(b"\r\n", 1)[0]
    assert b"urn:copcheck:problem:too-slow" in answer


def test_many_slow_clients_do_not_keep_others_out(client: Client) -> None:
    slow = [raw(client) for _ in range(sized(50, 300))]
    try:
        for connection in slow:
            connection.sendall(b"POST /v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nx")
        began = time.monotonic()
        assert client.post("/v1/submissions", content=bodies.d0036(number=77)).status_code == 200
        assert time.monotonic() - began < 10
    finally:
        for connection in slow:
            connection.close()


@pytest.mark.parametrize("half", [b"", b"only a half of what was told"])
def test_a_client_that_goes_away_leaves_nothing(client: Client, half: bytes) -> None:
    before = len(client.get("/v1/submissions?limit=500").json()["submissions"])
    with raw(client) as connection:
        head = b"POST /v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\n"
        connection.sendall(head + half)
    time.sleep(0.3)
    assert len(client.get("/v1/submissions?limit=500").json()["submissions"]) == before
    assert list(client.services.settings.spool.glob("body-*")) == []


def test_a_body_longer_than_told_is_only_what_was_told(client: Client) -> None:
    body = bodies.d0036(number=78)
    with raw(client) as connection:
        head = f"POST /v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        connection.sendall(head + body + b"and more that is no request\r\n\r\n")
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 400" in answer


@pytest.mark.parametrize("length", [b"-1", b"ten", b"1, 2", b"99999999999999999999999"])
def test_a_length_that_is_none_is_refused(client: Client, length: bytes) -> None:
    with raw(client) as connection:
        connection.sendall(
            b"POST /v1/submissions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: " + length + b"\r\n\r\n"
        )
        assert received(connection).split(b" ")[1] in (b"400", b"413")


def test_names_are_kept_harmless(client: Client, tmp_path: Path) -> None:
    shape = client.post("/v1/submissions", params={"name": "../../etc/passwd"}, content=bodies.d0036(number=79)).json()
    assert shape["name"] == "passwd"
    answer = client.post("/v1/submissions", params={"name": "a\x00b"}, content=bodies.d0036(number=80))
    assert answer.status_code == 422
