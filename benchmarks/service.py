"""The service against its peers, side by side in one run: the command on the same file, and a bare FastAPI.

python -m benchmarks.service [--systems 20000] [--repeats 3] [--small 400]
"""

from __future__ import annotations

import argparse
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pyarrow as pa

from benchmarks import estate

BARE = """
from fastapi import FastAPI, Request
import uvicorn
app = FastAPI()
@app.post("/bare")
async def bare(request: Request) -> dict[str, int]:
    return {"bytes": sum([len(piece) async for piece in request.stream()])}
uvicorn.run(app, port=%d, access_log=False, log_level="warning")
"""
WARM = """
import sys, time
from pathlib import Path
from validator.command.run import Options, run
given, standing, out, repeats = sys.argv[1:]
fields = Options.__dataclass_fields__
told = {name: None for name in fields} | {"inputs": (given,), "standing": Path(standing), "time_base": "local",
    "out": Path(out), "jobs": %d, "format": "auto"}
for _ in range(int(repeats)):
    began = time.perf_counter()
    run(Options(**told))
    print(time.perf_counter() - began)
"""


SMALL_SYSTEMS = 40
_SMALL_MPANS = estate.mpans(SMALL_SYSTEMS)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Server:
    """A process that serves, for as long as a block lasts."""

    def __init__(self, command: list[str], port: int, ready: str, **environment: str) -> None:
        self.url, self.port = f"http://127.0.0.1:{port}", port
        self._process = subprocess.Popen(command, env=os.environ | environment, stderr=subprocess.DEVNULL)
        for _ in range(1200):
            try:
                if httpx.get(self.url + ready, timeout=5).status_code < 500:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise RuntimeError("it never answered")

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()


def service(data: Path) -> Server:
    port = free_port()
    command = [sys.executable, "-m", "service", "serve", "--open-on-loopback", "--port", str(port)]
    return Server(command, port, "/readyz", COPCHECK_DATA=str(data), COPCHECK_LEAST_FREE_BYTES="0")


def bare() -> Server:
    port = free_port()
    return Server([sys.executable, "-c", BARE % port], port, "/docs")


def through_the_service(server: Server, path: Path, number: int) -> float:
    """Seconds from the first byte sent until the verdicts can be read; `number` makes it a submission of its own."""
    body, began = path.read_bytes(), time.perf_counter()
    with httpx.Client(base_url=server.url, timeout=600) as client:
        answer = client.post(f"/v1/submissions?name={path.name}&collector=c{number}", content=body)
        answer.raise_for_status()
        while True:
            state = client.get(answer.headers["location"]).json()["state"]
            if state not in ("queued", "running"):
                break
            time.sleep(0.01)
        if state != "done":
            raise RuntimeError(f"{path.name} was {state}")
        return time.perf_counter() - began


def by_the_command(path: Path, standing: Path, out: Path, repeats: int) -> tuple[float, float]:
    """Median seconds of the command as a process, and of its run alone, warm, in one process."""
    whole = []
    for _ in range(repeats):
        began = time.perf_counter()
        command = [sys.executable, "-m", "service", "validate", str(path), "--standing", str(standing)]
        done = subprocess.run([*command, "--out", str(out)], capture_output=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr.decode())
        whole.append(time.perf_counter() - began)
    script = WARM % (os.cpu_count() or 1)
    arguments = [str(path), str(standing), str(out), str(repeats + 1)]
    warm = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, check=True)
    return statistics.median(whole), statistics.median([float(line) for line in warm.stdout.split()[1:]])


def per_second(
    server: Server, path: str, headers: bytes, bodies: Callable[[int], bytes], many: int, at_once: int
) -> float:
    """Requests answered a second, over so many connections; a fault of any is raised."""
    faults: list[bytes] = []

    def send(first: int) -> None:
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for k in range(many // at_once):
                body = bodies(first + k)
                head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n".encode()
                connection.sendall(head + headers + b"\r\n" + body)
                if answered(connection) not in (200, 202):
                    faults.append(body)

    threads = [threading.Thread(target=send, args=(1_000_000 * at + 1,)) for at in range(at_once)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise RuntimeError(f"{len(faults)} were not accepted")
    return many // at_once * at_once / (time.perf_counter() - began)


def answered(connection: socket.socket) -> int:
    """The status of one answer, read to its end."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += connection.recv(65536)
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return int(head.split(b" ")[1])


def one_day(number: int) -> bytes:
    """One meter's day as D0036; each number makes other readings, in bytes of the same length."""
    mpan = _SMALL_MPANS[number % SMALL_SYSTEMS]
    values = [f"103|A|{10 + (number * 31 + k * 7) % 89 / 10:04.1f}|" for k in range(estate.PERIODS)]
    body = [f"101|{mpan}|AI|SYNS|", f"102|{estate.DAY:%Y%m%d}|", *values]
    head = f"ZHV|{number:010d}|D0036001|C|SYNH|X|SYNS|20260917071500||||OPER|"
    return "".join(f"{line}\n" for line in (head, *body, f"ZPT|{number:010d}|{len(body)}||1|20260917071500|")).encode()


def large(at: Path, systems: int, repeats: int) -> None:
    table = estate.readings(systems)
    estate.write_standing(systems, at / "standing.csv", check=False)
    estate.write_d0036(table, at / "day.usr")
    options = pa.ipc.IpcWriteOptions(compression="lz4")
    with (
        pa.OSFile(str(at / "day.arrows"), "wb") as out,
        pa.ipc.new_stream(out, table.schema, options=options) as writer,
    ):
        writer.write_table(table)
    with service(at / "data") as server:
        standing = (at / "standing.csv").read_bytes()
        httpx.put(f"{server.url}/v1/standing", content=standing, timeout=120).raise_for_status()
        for name in ("day.arrows", "day.usr"):
            path = at / name
            through_the_service(server, path, 0)
            ours = statistics.median([through_the_service(server, path, k + 1) for k in range(repeats)])
            whole, warm = by_the_command(path, at / "standing.csv", at / "out", repeats)
            size = path.stat().st_size / 1e6
            print(f"{name}: {table.num_rows * estate.PERIODS:,} readings, {size:.0f} MB", end=": ")
            print(f"service {ours:.2f} s, command {whole:.2f} s (ratio {ours / whole:.2f})", end=", ")
            print(f"its run alone, warm, {warm:.2f} s (ratio {ours / warm:.2f})")
        small_meanwhile(server, at / "day.usr")


def small_meanwhile(server: Server, path: Path) -> None:
    """How long a small submission waits while a large one is checked."""
    url = f"{server.url}/v1/submissions"
    httpx.post(url, content=one_day(1), timeout=60).raise_for_status()
    working = threading.Thread(target=through_the_service, args=(server, path, 99))
    working.start()
    waits: list[float] = []
    while working.is_alive():
        began = time.perf_counter()
        httpx.post(url, content=one_day(len(waits) + 2), timeout=60).raise_for_status()
        waits.append(time.perf_counter() - began)
    working.join()
    ordered = sorted(waits)
    print(
        f"a small submission meanwhile: median {statistics.median(ordered):.3f} s, worst {ordered[-1]:.3f} s", end=" "
    )
    print(f"of {len(ordered)}")


def settle(server: Server) -> None:
    """Waits until no job is left: what was only accepted must not be judged while something else is timed."""
    while any(
        line.startswith("copcheck_jobs{") and float(line.split()[-1])
        for line in httpx.get(f"{server.url}/metrics", timeout=60).text.splitlines()
    ):
        time.sleep(0.2)


def small(at: Path, many: int) -> None:
    with service(at / "small") as ours, bare() as peer:
        estate.write_standing(SMALL_SYSTEMS, at / "one.csv", check=False)
        httpx.put(f"{ours.url}/v1/standing", content=(at / "one.csv").read_bytes(), timeout=60).raise_for_status()
        for at_once in (1, 16, 64):
            floor = per_second(peer, "/bare", b"", one_day, many * 4, at_once)
            place = f"/v1/submissions?collector=a{at_once}"
            later = per_second(ours, place, b"Prefer: respond-async\r\n", one_day, many, at_once)
            settle(ours)
            place = f"/v1/submissions?collector=b{at_once}"
            result = per_second(ours, place, b"", one_day, many, at_once)
            settle(ours)
            print(f"{at_once} at once: bare FastAPI {floor:,.0f} a second", end="; ")
            print(f"accepted {later:,.0f} (ratio {later / floor:.3f})", end="; ")
            print(f"answered with the result {result:,.0f} (ratio {result / floor:.3f})")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--systems", type=int, default=20_000, help="four channels of 48 readings each")
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--small", type=int, default=400, help="small submissions in each measurement")
    chosen = arguments.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        large(Path(folder), chosen.systems, chosen.repeats)
        small(Path(folder), chosen.small)


if __name__ == "__main__":
    main()
