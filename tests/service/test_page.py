"""The page, in a real Chromium where there is one, and by its bare HTML everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.api.access import COOKIE
from service.settings import Settings
from tests.service import bodies
from tests.service.browser import CHROMIUM, DRIVER, Browser, chromium
from tests.service.conftest import Client, new_key, put_standing, served

SAMPLES = bodies.SAMPLES
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="needs chromium and chromedriver on the path (apt: chromium-driver)"
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A service without keys, with nothing on file."""
    with served(Settings(data=tmp_path_factory.mktemp("page"), open_on_loopback=True, job_processes=0)) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def at(client: Client, place: str) -> str:
    return f"http://127.0.0.1:{client.port}{place}"


@needs_chromium
def test_a_file_goes_through_from_the_drop_to_the_plot(client: Client, browser: Browser) -> None:
    browser.resize(1280, 900)
    browser.go(at(client, "/"))
    assert "None is on file yet" in browser.text("#standing-now")
    browser.type("#standing-file", str(SAMPLES / "standing.csv"))
    browser.until(lambda: "In use: standing.csv" in browser.text("#standing-now"))
    browser.type("#readings", str(SAMPLES / "normal_day" / "readings.parquet"))
    browser.until(lambda: "Done." in browser.text("#progress"))
    browser.until(lambda: "31" in browser.text("#submissions"))
    browser.click("#submissions a")
    browser.until(lambda: browser.text("h1") == "31 of 208 channel-days fail.")
    assert "Whose move it is" in browser.text("#main")
    browser.click("[data-plot]")
    browser.until(lambda: browser.run("return document.querySelectorAll('.plot-place svg').length") == 1)
    assert "limit" in browser.text(".plot-place .key")
    shown = len(browser.run("return [...document.querySelectorAll('.finding')].map(f => f.className)"))
    assert shown == 50
    browser.run(
        "const f = document.querySelector('#f-outcome'); f.value = 'NOT_ASSESSED';"
        "f.dispatchEvent(new Event('change', {bubbles: true}))"
    )
    browser.until(lambda: browser.run("return document.querySelectorAll('.finding:not(.NOT_ASSESSED)').length") == 0)
    assert browser.run("return document.querySelectorAll('.finding').length") > 10
    assert browser.complaints() == []


@needs_chromium
def test_a_file_that_cannot_be_read_says_why(client: Client, browser: Browser, tmp_path: Path) -> None:
    put_standing(client, (SAMPLES / "standing.csv").read_bytes())
    broken = tmp_path / "broken.usr"
    broken.write_bytes(bodies.d0036().replace(b"103|A|12.0|", b"103|A|twelve|", 1))
    browser.go(at(client, "/"))
    browser.type("#readings", str(broken))
    browser.until(lambda: "Could not be read. broken.usr, line 4" in browser.text("#progress"))


@needs_chromium
def test_a_flow_is_taken_as_standing_data(client: Client, browser: Browser) -> None:
    browser.go(at(client, "/"))
    browser.type("#standing-file", str(SAMPLES / "formats" / "D0268.usr"))
    browser.until(lambda: "line 1, column test data flag" in browser.text("#standing-said"))
    browser.click("#allow-test-data")
    browser.type("#standing-file", str(SAMPLES / "formats" / "D0268.usr"))
    browser.until(lambda: "In use: D0268.usr, 5 rows" in browser.text("#standing-now"))
    browser.complaints()
    put_standing(client, (SAMPLES / "standing.csv").read_bytes())


@needs_chromium
def test_what_is_left_out_and_how_messages_are_read_is_said_on_the_page(
    client: Client, browser: Browser, tmp_path: Path
) -> None:
    client.put("/v1/mappings?name=ours.toml", content=(SAMPLES / "dip_mapping.toml").read_bytes())
    spoilt = tmp_path / "spoilt.dip.json"
    spoilt.write_bytes((SAMPLES / "formats" / "dip.json").read_bytes().replace(b"2026-09-16", b"someday", 1))
    browser.go(at(client, "/"))
    browser.click("#lenient")
    browser.run("document.querySelector('#mapping').selectedIndex = 1")
    browser.type("#readings", str(spoilt))
    browser.until(lambda: browser.text("#progress li .small") == "Done.")
    browser.click("#progress li a")
    browser.until(lambda: "left out, in 1 place" in browser.text("main .box"))
    assert browser.text("main .box a") == "refused.txt"
    assert browser.complaints() == []


@needs_chromium
def test_the_decide_box_answers(client: Client, browser: Browser) -> None:
    browser.go(at(client, "/approvals"))
    for field, text in (("type", "Prometer 100"), ("variant", "P3E"), ("firmware", "M6X8G0B"), ("issue", "6")):
        browser.type(f"#d-{field}", text)
    browser.run("document.querySelector('#d-cop').value = '5'")
    browser.click(".act button")
    browser.until(lambda: browser.text(".decided strong") == "Approved")
    assert browser.complaints() == []


@needs_chromium
@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("place", ["/", "/approvals", "submission"])
def test_nothing_is_wider_than_the_screen(client: Client, browser: Browser, width: int, place: str) -> None:
    if place == "submission":
        put_standing(client, (SAMPLES / "standing.csv").read_bytes())
        body = (SAMPLES / "normal_day" / "readings.parquet").read_bytes()
        place = f"/submissions/{client.post('/v1/submissions?name=readings.parquet', content=body).json()['id']}"
    browser.resize(width, 844)
    browser.go(at(client, place))
    assert browser.run("return document.documentElement.scrollWidth") <= width
    if (place, width) == ("/approvals", 390):
        # No column is out of sight: each row is a block of its own.
        assert (
            browser.run("const all = document.querySelector('.scroll'); return all.scrollWidth - all.clientWidth") == 0
        )


@needs_chromium
def test_dark_and_light_are_both_readable(client: Client, browser: Browser) -> None:
    colours = []
    for dark in (False, True):
        browser.dark(dark)
        browser.go(at(client, "/"))
        script = "const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]"
        colours.append([_luminance(colour) for colour in browser.run(script)])
    (light_ink, light_paper), (dark_ink, dark_paper) = colours
    browser.dark(False)
    assert _contrast(light_ink, light_paper) > 7
    assert _contrast(dark_ink, dark_paper) > 7
    assert light_paper > 0.8 > 0.1 > dark_paper


def _luminance(colour: str) -> float:
    parts = [int(part) / 255 for part in colour[4:-1].split(",")]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@needs_chromium
def test_the_keyboard_reaches_everything_in_order(client: Client, browser: Browser) -> None:
    client.put("/v1/mappings?name=ours.toml", content=(SAMPLES / "dip_mapping.toml").read_bytes())
    browser.resize(1280, 900)
    browser.go(at(client, "/"))
    reached = []
    for _ in range(9):
        browser.press("\ue004")
        reached.append(browser.run("const e = document.activeElement; return e.id || e.textContent.trim()"))
    links = ["Skip to the content", "copcheck", "Submissions", "Approvals"]
    assert reached == [*links, "readings", "allow-test-data", "lenient", "mapping", "standing-file"]


def test_nobody_sees_the_page_without_signing_in(tmp_path: Path) -> None:
    with served(Settings(data=tmp_path, job_processes=0)) as client:
        assert client.get("/").headers["location"] == "/sign-in"
        assert "API key" in client.get("/sign-in").text
        assert client.post("/sign-in", content="key=wrong").status_code == 401
        key = new_key(client, "A", "submit", "read")
        answer = client.post("/sign-in", data={"key": key})
        assert answer.status_code == 303
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert key not in cookie
        assert client.get("/").status_code == 200
        # The session reads by itself, but writes only for our own page.
        assert client.get("/v1/submissions").status_code == 200
        crossed = {"Origin": "http://attacker.example", "Sec-Fetch-Site": "cross-site"}
        assert client.put("/v1/standing", content=bodies.standing(), headers=crossed).status_code == 403
        own = {"X-Copcheck-Page": "1"}
        assert client.put("/v1/standing", content=bodies.standing(), headers=own).status_code == 200
        client.post("/sign-out")
        client.cookies.delete(COOKIE)
        client.cookies.set(COOKIE, cookie.split("=", 1)[1].split(";")[0])
        assert client.get("/").headers["location"] == "/sign-in"


def test_the_pages_are_strict(client: Client) -> None:
    for place in ("/", "/approvals", "/sign-in"):
        answer = client.get(place)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        assert "onclick" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert client.get("/static/htmx.min.js").status_code == 200


def test_another_collectors_submission_is_not_on_the_page(tmp_path: Path) -> None:
    with served(Settings(data=tmp_path, job_processes=0)) as client:
        ours = client.by(new_key(client, "A"))
        put_standing(ours)
        mine = ours.post("/v1/submissions", content=bodies.d0036()).json()["id"]
        client.post("/sign-in", data={"key": new_key(client, "B")})
        for part in ("", "/findings", "/plots/0"):
            assert client.get(f"/submissions/{mine}{part}").status_code == 404
        assert mine not in client.get("/").text
