"""The application: routes, parts, and what runs beside the requests."""

from __future__ import annotations

from fastapi import FastAPI

from api import problems
from api.routes import cameras, catalogue, events, evidence, health, incidents, session

PREFIX = "/api/v1"


def routed_app() -> FastAPI:
    """All routes, without the parts that serve them."""
    app = FastAPI(
        title="Almere Vision", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    problems.install(app)
    app.include_router(health.router)
    for module in (session, incidents, evidence, events, cameras, catalogue):
        app.include_router(module.router, prefix=PREFIX)
    return app
