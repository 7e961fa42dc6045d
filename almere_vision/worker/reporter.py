"""Puts a hit before people: evidence to the blobs, the suggestion to the queue."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from almere_vision.domain.errors import BlobError
from almere_vision.domain.frame import Frame
from almere_vision.domain.lease import Lease
from almere_vision.domain.scene import SceneView
from almere_vision.domain.suggestion import Evidence, Phase, RuleHit, Told
from almere_vision.domain.tube import Tube
from almere_vision.scene.correction import zone_as_seen
from almere_vision.sources import Camera, NoClip
from almere_vision.storage.blobs import Blobs
from almere_vision.storage.messages import encode
from almere_vision.suggest import (
    Assess,
    annotated_jpeg,
    blob_name,
    closeup_mp4,
    snapshot_jpeg,
    suggestion_from,
)
from almere_vision.suggest.compose import media_s
from almere_vision.worker.journeys import Journey

log = structlog.get_logger()

_PRE_ROLL_S: Final = 15.0


class Reporter:
    """Reports the hits of one camera. A blob that cannot be kept never holds back its suggestion."""

    def __init__(
        self,
        camera: Camera,
        blobs: Blobs,
        send: Callable[[bytes], None],
        view: Callable[[str | None], SceneView],
        model: str,
        tell: Callable[[RuleHit, SceneView], Told],
        assess: Assess,
        lease: Lease | None = None,
    ) -> None:
        self._lease = lease
        self._camera = camera
        self._blobs = blobs
        self._send = send
        self._view = view
        self._model = model
        self._tell = tell
        self._assess = assess

    def report(self, hit: RuleHit, frame: Frame, tube: Tube | None, journey: Journey) -> None:
        """Send the suggestion that the hit belongs to, with the evidence that the hit adds to it.

        `tube` is what a closer look saw, where the hit follows from one.

        Raises:
            StorageError: neither the queue nor the spool can take it.
            LeaseLost: another worker watches this camera now.
        """
        journey = journey.branch()
        view = self._view(hit.moment.preset)
        told = self._tell(hit, view)
        evidence = Evidence()
        if told.piece is not None:
            evidence = journey.through("evidence", self._evidence, told, hit, frame, view, tube)
        suggestion = suggestion_from(told, self._model, evidence, self._assess(told.hit))
        journey.through("queue", self._send, encode(suggestion, self._lease))
        if told.hit.phase is Phase.RAISED:
            journey.suggested(told.hit.stay, hit.kind.value)
        log.info(
            "suggestion",
            phase=told.hit.phase.value,
            kind=hit.kind.value,
            camera=hit.moment.camera,
            zone=hit.zone,
            id=told.hit.stay,
        )

    def _evidence(
        self, told: Told, hit: RuleHit, frame: Frame, view: SceneView, tube: Tube | None
    ) -> Evidence:
        drawn = next(zone.polygon for zone in view.zones if zone.id == hit.zone)
        polygon = zone_as_seen(drawn, hit.moment.offset)
        return Evidence(
            snapshot=self._keep(blob_name(told, "snapshot", "jpg"), snapshot_jpeg(frame)),
            annotated=self._keep(blob_name(told, "annotated", "jpg"), annotated_jpeg(frame, hit, polygon)),
            clip=self._clip(blob_name(told, "clip", "mp4"), hit),
            closeup=None
            if tube is None
            else self._keep(blob_name(told, "closeup", "mp4"), closeup_mp4(tube)),
        )

    def _clip(self, name: str, hit: RuleHit) -> str | None:
        now_s = media_s(hit, hit.moment.clock_s)
        with tempfile.TemporaryDirectory(prefix="almere-") as folder:
            path = Path(folder) / "clip.mp4"
            clip = self._camera.cut(now_s - _PRE_ROLL_S, now_s, path)
            if isinstance(clip, NoClip):
                log.warning("no clip", camera=hit.moment.camera, reason=clip.reason)
                return None
            return self._keep(name, path)

    def _keep(self, name: str, data: bytes | Path) -> str | None:
        try:
            self._blobs.put(name, data)
        except BlobError as error:
            log.error("evidence not kept", blob=name, reason=str(error))
            return None
        return name
