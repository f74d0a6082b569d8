"""The application: routes, faults, and what starts and stops with it."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI

from service.api import (
    events,
    keys,
    mappings,
    operations,
    reading_back,
    registry,
    regulation,
    reported,
    standing,
    submissions,
)
from service.api.access import Doorkeeper
from service.api.faults import add_fault_answers
from service.api.inline import Inline
from service.api.middleware import Surroundings
from service.api.posting import posting_route
from service.api.shapes import ProblemDetails
from service.audit.retention import Housekeeper
from service.jobs.processes import JobProcesses
from service.jobs.worker import Heartbeat, work
from service.page.routes import add_page
from service.problems import MEDIA_TYPE
from service.receiving.apart import IntakeApart
from service.receiving.intake import Intake
from service.results.restore import Restorer
from service.services import Services
from service.settings import Settings
from validator.version import product_version
from validator.warming import compile_kernels

log = structlog.get_logger("copcheck.serving")


def create_app(settings: Settings) -> FastAPI:
    """The service by its settings; it opens its database and store as it starts."""
    app = FastAPI(
        title="copcheck",
        version=product_version(),
        description="Half-hourly readings in, verdicts by the BSC Codes of Practice out.",
        lifespan=_lifespan(settings),
        docs_url=None,
        redoc_url=None,
        openapi_url="/v1/openapi.json",
    )
    app.add_middleware(Surroundings, loopback_only=settings.open_on_loopback)
    add_fault_answers(app)
    app.router.routes.insert(0, posting_route())
    for part in (
        submissions,
        reading_back,
        reported,
        events,
        standing,
        mappings,
        regulation,
        registry,
        keys,
        operations,
    ):
        app.include_router(part.router)
    add_page(app)
    _tell_problems(app)
    return app


def _lifespan(settings: Settings):  # type: ignore[no-untyped-def]
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        services = Services.open(settings)
        state = app.state
        state.services, state.doorkeeper = services, Doorkeeper(services)
        state.inline, state.restorer = Inline(services), Restorer(services)
        intake = Intake(services)
        state.intake = IntakeApart(services, intake) if settings.job_processes else intake
        state.kernels, stopped = threading.Event(), threading.Event()
        threads = [threading.Thread(target=_compile, args=(state.kernels,), daemon=True)]
        if settings.job_processes == 0:
            threads.append(threading.Thread(target=work, args=(services, stopped), daemon=True))
        for thread in threads:
            thread.start()
        beat, keeper = Heartbeat(services), Housekeeper(services)
        processes = JobProcesses(settings) if settings.job_processes else None
        log.info("serving", database=services.database.engine.dialect.name, jobs=settings.job_processes)
        try:
            yield
        finally:
            stopped.set()
            await state.intake.close()
            state.inline.close()
            if processes is not None:
                processes.stop()
            for thread in threads:
                thread.join()
            keeper.stop()
            beat.stop()
            services.close()

    return lifespan


def _compile(done: threading.Event) -> None:
    compile_kernels()
    done.set()


def _tell_problems(app: FastAPI) -> None:
    """Has the description of the interface say that every fault is a problem document."""
    describe = app.openapi

    def openapi() -> dict[str, object]:
        if app.openapi_schema is None:
            document = describe()
            document["components"]["schemas"]["ProblemDetails"] = ProblemDetails.model_json_schema()
            document["components"]["schemas"].pop("HTTPValidationError", None)
            document["components"]["schemas"].pop("ValidationError", None)
            told = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}
            for operations_ in document["paths"].values():
                for operation in operations_.values():
                    for code in [code for code in operation["responses"] if int(code) >= 400]:
                        if operation["tags"] != ["operations"]:
                            operation["responses"][code] = {"description": "A problem.", **told}
        return app.openapi_schema or {}

    app.openapi = openapi  # type: ignore[method-assign]
