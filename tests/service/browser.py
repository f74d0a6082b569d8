"""Chromium by the W3C WebDriver protocol: as much of it as the page's tests need."""

from __future__ import annotations

import base64
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx

from tests.service.processes import free_port

T = TypeVar("T")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_PAINTED = "return performance.getEntriesByName('first-contentful-paint').length"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")


class Browser:
    """One window."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=60)

    def _ask(self, method: str, place: str, **told: Any) -> Any:
        answer = self._http.request(method, place, json=told if method == "POST" else None)
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value

    def go(self, address: str) -> None:
        """Opens a page, and returns once it is painted: Chromium drops what is pressed before that."""
        self._ask("POST", "url", url=address)
        self.until(lambda: self.run(_PAINTED))

    def address(self) -> str:
        return str(self._ask("GET", "url"))

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns; it may name its arguments by `arguments[k]`."""
        return self._ask("POST", "execute/sync", script=script, args=list(arguments))

    def find(self, selector: str) -> dict[str, str]:
        """The first element that a CSS selector finds."""
        element: dict[str, str] = self._ask("POST", "element", using="css selector", value=selector)
        return element

    def click(self, selector: str) -> None:
        self._ask("POST", f"element/{self.find(selector)[_ELEMENT]}/click")

    def type(self, selector: str, text: str) -> None:
        """Types into an element; into a file's field, names a file."""
        self._ask("POST", f"element/{self.find(selector)[_ELEMENT]}/value", text=text)

    def press(self, key: str) -> None:
        """Presses one key wherever the focus is."""
        pressed = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._ask("POST", "actions", actions=[{"type": "key", "id": "keyboard", "actions": pressed}])

    def text(self, selector: str) -> str:
        return str(self._ask("GET", f"element/{self.find(selector)[_ELEMENT]}/text"))

    def until(self, look: Callable[[], T], at_most_s: float = 30.0) -> T:
        """What `look` gives once it gives something; a page takes its time."""
        end = time.monotonic() + at_most_s
        while True:
            try:
                if found := look():
                    return found
            except AssertionError:
                pass
            assert time.monotonic() < end, f"it never came; the page says: {self.text('body')[:2000]}"
            time.sleep(0.1)

    def resize(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.chromium("Emulation.setDeviceMetricsOverride", **size)

    def dark(self, dark: bool) -> None:
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.chromium("Emulation.setEmulatedMedia", features=[feature])

    def chromium(self, command: str, **told: Any) -> Any:
        """A command of Chromium's own protocol."""
        return self._ask("POST", "goog/cdp/execute", cmd=command, params=told)

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("GET", "screenshot")))

    def complaints(self) -> list[str]:
        """What stands in the console as an error since it was last asked."""
        entries = self._ask("POST", "se/log", type="browser")
        return [entry["message"] for entry in entries if entry["level"] == "SEVERE"]

    def close(self) -> None:
        self._http.request("DELETE", "")
        self._http.close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium with a profile of its own."""
    assert DRIVER is not None
    port = free_port()
    driver = subprocess.Popen([DRIVER, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        _await(base)
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        options = {"binary": CHROMIUM, "args": [*arguments, "--window-size=1280,900"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        told = {"capabilities": {"alwaysMatch": {"browserName": "chrome", **wanted}}}
        session = httpx.post(f"{base}/session", json=told, timeout=90).json()["value"]["sessionId"]
        browser = Browser(f"{base}/session/{session}/")
        try:
            yield browser
        finally:
            browser.close()
    finally:
        driver.terminate()
        driver.wait(20)


def _await(base: str) -> None:
    for _ in range(300):
        try:
            if httpx.get(f"{base}/status", timeout=5).json()["value"]["ready"]:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("chromedriver never answered")
