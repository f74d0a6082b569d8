"""The HTTP server: uvicorn, with a limit on how long a client may take over the head of a request."""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.serving.joined import JoinedTransport
from service.settings import Settings


class PatientProtocol(H11Protocol):
    """Closes a connection that has not sent the whole head of a request in time.

    A slow body is the application's to judge; nobody else looks at a slow head.
    """

    header_s = 15.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(JoinedTransport(transport))  # type: ignore[arg-type]
        self._await_head()

    def data_received(self, data: bytes) -> None:
        waited = self.cycle is None or self.cycle.response_complete
        super().data_received(data)
        if waited and self.cycle is not None and not self.cycle.response_complete:
            self._head_timer.cancel()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_timer.cancel()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        timer: asyncio.TimerHandle | None = getattr(self, "_head_timer", None)
        if timer is not None:
            timer.cancel()
        self._head_timer = self.loop.call_later(self.header_s, self._give_up)

    def _give_up(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


def server_config(app: Any, settings: Settings, host: str, port: int) -> uvicorn.Config:
    """How uvicorn serves it."""
    protocol = type("Protocol", (PatientProtocol,), {"header_s": settings.header_s})
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=20,
        timeout_keep_alive=30,
    )


def serve(app: Any, settings: Settings, host: str, port: int) -> None:
    """Serves until it is told to stop."""
    uvicorn.Server(server_config(app, settings, host, port)).run()
