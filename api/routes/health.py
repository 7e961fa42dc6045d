"""Whether the process lives, and whether it can serve."""

from __future__ import annotations

from fastapi import APIRouter, Response
from starlette.status import HTTP_503_SERVICE_UNAVAILABLE

from api.access import GuardedRoute
from api.deps import Parts
from api.problems import RETRY_AFTER_S
from api.schemas.health import Health, Readiness

router = APIRouter(tags=["health"], route_class=GuardedRoute)


@router.get("/healthz", operation_id="getHealth")
async def get_health() -> Health:
    """The process answers."""
    return Health()


@router.get(
    "/readyz",
    operation_id="getReadiness",
    responses={503: {"model": Readiness, "description": "Something is missing"}},
)
def get_readiness(parts: Parts, response: Response) -> Readiness:
    """Whether requests can be served, and which parts are missing."""
    missing = parts.missing()
    if not missing:
        return Readiness(status="ready", missing=[])
    if missing == ["queue"]:
        return Readiness(status="degraded", missing=missing)
    response.status_code = HTTP_503_SERVICE_UNAVAILABLE
    response.headers["Retry-After"] = str(RETRY_AFTER_S)
    return Readiness(status="not_ready", missing=missing)
