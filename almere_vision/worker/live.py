"""Watches cameras of a site for ever. One thread a camera; one detector for all of them.

Which ones is agreed with the other workers by leases (`holdings.py`); alone it watches all.
"""

from __future__ import annotations

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import structlog

from almere_vision.config import Settings
from almere_vision.detection.sparing import sparing
from almere_vision.domain.assessment import PriorityTable
from almere_vision.domain.errors import AlmereError, QueueUnavailable
from almere_vision.domain.frame import Frame
from almere_vision.domain.lease import Lease
from almere_vision.onvif.address import read_onvif_address
from almere_vision.scene import SiteCamera, load_priorities, load_site
from almere_vision.scene.fresh import Fresh
from almere_vision.sources import Camera
from almere_vision.sources.address import expand
from almere_vision.storage.blobs import open_blobs
from almere_vision.storage.leases import Leases
from almere_vision.storage.live_pictures import LivePictures
from almere_vision.storage.notices import Notices
from almere_vision.storage.seen import Seen
from almere_vision.storage.snapshots import Snapshots
from almere_vision.storage.spool import open_outbox
from almere_vision.storage.stream import SuggestionStream
from almere_vision.storage.watched_feed import WatchedFeed
from almere_vision.suggest import Assess, Once, assessor, find_likelihood
from almere_vision.worker.aside import Aside
from almere_vision.worker.bulletin import Bulletin
from almere_vision.worker.clocks import Clocks
from almere_vision.worker.detectors import Together, load_detectors
from almere_vision.worker.fights import looker_for
from almere_vision.worker.headings import Headings
from almere_vision.worker.holdings import Holdings
from almere_vision.worker.journeys import open_journeys
from almere_vision.worker.keeping import Keeper
from almere_vision.worker.measures import Measures
from almere_vision.worker.memory import OnceMemory, RuleMemory
from almere_vision.worker.newest import Newest
from almere_vision.worker.pace import LEAST_FPS, Pace
from almere_vision.worker.pipeline import Judge, watch_camera
from almere_vision.worker.posts import Post, Posts
from almere_vision.worker.probes import probes
from almere_vision.worker.reporter import Reporter
from almere_vision.worker.rezoning import Zones
from almere_vision.worker.sharing import groups_of
from almere_vision.worker.showing import Showing
from almere_vision.worker.telling import Telling
from almere_vision.worker.turns import Turns
from almere_vision.worker.vantage import Vantage
from almere_vision.worker.watchbook import Watchbook

log = structlog.get_logger()

_STATUS_EVERY_S: Final = 2.0
_AFTER_FAILURE_S: Final = 5.0


class Worker:
    """The cameras of a site that this machine is given."""

    def __init__(self, settings: Settings, site_file: Path) -> None:
        """Read the site and load the network.

        Raises:
            InputError: site, zones, priorities, an address, the network or its calibration cannot be used.
        """
        self._settings = settings
        self._site = load_site(site_file)
        self._zones = Zones(self._site.cameras)
        scenes = [self._zones.of(entry.id) for entry in self._site.cameras]
        detectors = load_detectors(settings)
        self._detector = detectors[0]
        self._networks = Together(detectors)
        # One more than the networks take: while they look, the rules of another judge.
        self._turns = Turns(self._networks.at_once + 1)
        self._measures = Measures()
        self._journeys = open_journeys()
        self._looker = looker_for(settings, scenes, self._measures.looked)
        self._rezoning = threading.Lock()
        path = self._site.priorities
        self._table = None if path is None else Fresh(path, load_priorities)
        self._assess = self._assessor()
        values = settings.camera_values()
        self._pace = Pace({entry.id: partial(self._set_rate, entry.id) for entry in self._site.cameras})
        self._clocks = Clocks()
        asked = {one.id: expand(one.onvif, values) for one in self._site.cameras if one.onvif}
        turning = {name: read_onvif_address(address) for name, address in asked.items()}
        self._headings = Headings(turning, self._clocks)
        self._vantages = {entry.id: self._vantage(entry) for entry in self._site.cameras}
        self._bulletin = Bulletin(self._vantages, self._measures, self._pace, self._clocks)
        self._watched = WatchedFeed(settings.redis())
        self._posts = Posts(self._begin, self._end)
        run = uuid.uuid4().hex[:16]
        self._book = Watchbook(run, lambda times: self._watched.tell(times, self._posts.leases()))
        self._stream = SuggestionStream(settings.redis())
        self._outbox = open_outbox(self._stream, settings.spool_dir, settings.spool_mb * 2**20)
        self._notices = Notices(settings.redis())
        self._telling = Telling(self._notices)
        self._blobs = open_blobs(settings.blobs(), settings.s3_endpoint)
        self._snapshots = Snapshots(settings.redis())
        self._newest = Newest(self._snapshots)
        self._live = LivePictures(settings.redis())
        self._showing = Showing(self._live, self._newest.frame, self._posts.lease)
        days, seen = settings.detections_days, Seen(settings.detections_dir)
        self._keeper = Keeper(seen, days) if days > 0 else None
        groups = groups_of(list(self._vantages), self._site.same_place)
        leases = Leases(settings.redis(), self._site.id, self._outbox.owner, run, settings.lease_s)
        self._holdings = Holdings(leases, groups, settings.worker_cameras, settings.lease_s)

    def run(self, stop: threading.Event) -> None:
        """Watch until `stop` is set.

        Raises:
            SettingsError: the port of the metrics is taken.
        """
        with ExitStack() as stack:
            if self._settings.metrics_port is not None:
                place = self._settings.metrics_host, self._settings.metrics_port
                stack.enter_context(probes(*place, self._measures.registry, self._missing))
            self._run(stop)

    def _run(self, stop: threading.Event) -> None:
        log.info("worker begins", cameras=len(self._vantages), model=self._detector.identity)
        threads = [
            threading.Thread(target=serve, args=(self._posts.cameras, stop), name=name)
            for name, serve in (("snapshots", self._newest.serve), ("showing", self._showing.serve))
        ]
        threads.append(threading.Thread(target=self._holdings.serve, args=(stop,), name="leases"))
        self._headings.start()
        self._holdings.step()
        try:
            self._settle(self._holdings.held())
            for thread in threads:
                thread.start()
            while not stop.wait(_STATUS_EVERY_S):
                self._settle(self._holdings.held())
                for name in self._posts.cameras:
                    self._bulletin.count(name)
                self._pace.balance()
                self._measures.rate_share(self._pace.share)
                self._tell_status()
                self._outbox.drain()
        finally:  # also after a fault of ours: nobody may hold cameras that are not watched
            stop.set()
            self._end_all(threads)

    def _end_all(self, threads: Sequence[threading.Thread]) -> None:
        self._settle(())
        for thread in threads:
            if thread.ident is not None:
                thread.join()
        self._holdings.close()
        self._networks.close()
        if self._looker is not None:
            self._looker.close()
        if self._keeper is not None:
            self._keeper.close()
        self._headings.close()
        self._outbox.close()
        self._notices.close()
        self._snapshots.close()
        self._live.close()
        self._watched.close()
        self._stream.close()
        self._journeys.close()

    def _settle(self, held: Sequence[Lease]) -> None:
        """End what is not held any more, begin what is new."""
        over = self._posts.end_all_but(held)
        if over:
            with contextlib.suppress(QueueUnavailable):
                self._book.hand_on(at_once=True)
        for lease in over:
            for camera in lease.cameras:
                self._book.take_back(camera)  # all was told, unless another worker has the camera
            self._posts.forget(lease)
            self._holdings.give_back(lease)
        self._posts.begin(held)

    def _begin(self, post: Post) -> None:
        """Watch the cameras of a lease, with the memory that was left by who had it before."""
        once = OnceMemory(self._notices, post.lease.name, Once(self._site.same_place), post.lease)
        once.recall()
        for entry in (entry for entry in self._site.cameras if entry.id in post.lease.cameras):
            self._vantages[entry.id] = self._vantage(entry)
            self._vantages[entry.id].camera.open()
            post.start(entry.id, partial(self._watch_for_ever, entry, post, once))

    def _end(self, post: Post) -> None:
        for name in post.lease.cameras:
            self._vantages[name].camera.close()
            self._pace.gone(name)
            self._measures.gone(name)

    def _watch_for_ever(self, entry: SiteCamera, post: Post, once: OnceMemory) -> None:
        """No failure of one camera may reach another, so whatever goes wrong here is told and tried again."""
        stop = post.over
        while not stop.is_set():
            scene = self._vantages[entry.id].scene
            try:
                if self._zones.of(entry.id) is not scene:
                    self._rezone(entry)
                self._watch(entry, post, once)
            except AlmereError as error:
                log.error("camera fails", camera=entry.id, reason=str(error))
            except Exception:
                log.exception("camera fails by a fault of ours", camera=entry.id)
            if self._zones.of(entry.id) is scene:
                stop.wait(_AFTER_FAILURE_S)

    def _rezone(self, entry: SiteCamera) -> None:
        """Take over the zones that a supervisor changed, in the thread of the camera.

        The rules go on with the memory that is kept in the queue, as after a restart.
        """
        scene = self._zones.of(entry.id)
        with self._rezoning:
            if self._looker is None:
                self._looker = looker_for(self._settings, [scene], self._measures.looked)
                self._assess = self._assessor()
        vantage = self._vantages[entry.id]
        if vantage.reopen(scene, looking=self._looker is not None):
            self._pace.gone(entry.id)  # the new one has to be told its rate, also where it is the old one's
        vantage.rezone(scene)
        log.info("zones changed", camera=entry.id, zones=scene.version)

    def _assessor(self) -> Assess:
        """By the table as its file has it now."""
        models = [self._detector.identity, *([self._looker.identity] if self._looker else [])]
        found = [find_likelihood(self._settings.models_dir, one) for one in models]
        if self._table is None:
            return assessor(PriorityTable(), *found)
        table = self._table
        return lambda hit: assessor(table.now(), *found)(hit)

    def _watch(self, entry: SiteCamera, post: Post, once: OnceMemory) -> None:
        camera, scene = self._vantages[entry.id].camera, self._vantages[entry.id].scene
        session = f"{time.time_ns() // 1_000_000:x}{uuid.uuid4().hex[:4]}"
        looking = None if self._looker is None else self._looker.of(camera.film)
        reporter = Reporter(
            camera,
            self._blobs,
            self._outbox.send,
            scene.view,
            self._detector.identity,
            once.tell,
            self._assess,
            post.lease,
        )
        changed = self._zones.changed(entry.id, scene)
        frames = _frames(camera, lambda: post.over.is_set() or changed(), self._holdings.sure)
        see = sparing(self._networks.see)
        see = see if self._keeper is None else self._keeper.keeping(see)
        with Aside(reporter.report) as reports:
            watch_camera(
                self._watching(entry, self._turns.taking(frames, camera)),
                see,
                Judge(scene, session, LEAST_FPS, looking),
                reports,
                RuleMemory(self._notices, entry.id, post.lease),
                self._journeys,
                self._judged,
            )

    def _watching(self, entry: SiteCamera, frames: Iterator[Frame]) -> Iterator[Frame]:
        """The frames that rules may see; while there are none the camera is looked at more often."""
        vantage = self._vantages[entry.id]
        lookout, most_fps = vantage.lookout, vantage.camera.options.fps
        for frame in self._newest.passing(frames):
            yield from lookout.watching([frame])
            if lookout.not_watching is not None:
                self._pace.needs(entry.id, most_fps)

    def _set_rate(self, camera: str, fps: float) -> None:
        self._vantages[camera].camera.set_rate(fps)  # another one than at first, where zones were changed

    def _judged(self, frame: Frame, need_fps: float) -> None:
        age_s = self._measures.judged(frame.moment, unchanged=frame.unchanged)
        self._pace.judged(frame.moment.camera, need_fps, age_s)

    def _missing(self) -> list[str]:
        """What keeps the worker from its work; cameras that are away do not."""
        try:
            self._stream.ping()
        except QueueUnavailable:
            return ["the queue"]
        return []

    def _passed(self, camera: str, preset: str, rule: str, what: str, seconds: float) -> None:
        self._measures.watched(camera, preset, rule, what, seconds)
        self._book.count(camera, preset, rule, what, seconds)

    def _tell_status(self) -> None:
        try:
            self._book.hand_on()
            for entry in self._site.cameras:
                lease = self._posts.lease(entry.id)
                if lease is not None:
                    self._telling.tell(self._bulletin.status(entry.id), lease)
        except QueueUnavailable:
            log.debug("camera status not told: the queue is away", at=datetime.now(UTC).isoformat())

    def _vantage(self, entry: SiteCamera) -> Vantage:
        return Vantage(
            self._settings,
            self._site,
            entry,
            self._zones.of(entry.id),
            self._headings,
            self._passed,
            looking=self._looker is not None,
        )


def _frames(camera: Camera, stopped: Callable[[], bool], sure: Callable[[], bool]) -> Iterator[Frame]:
    while not stopped():
        frame = camera.next_frame(timeout_s=0.5)
        if frame is not None and sure():
            yield frame
