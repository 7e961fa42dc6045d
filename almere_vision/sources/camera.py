"""One camera or recording, as the rest of the program sees it: frames, clips and a status."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.errors import FootageError
from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.geometry import Box
from almere_vision.sources.address import Address
from almere_vision.sources.child import Child
from almere_vision.sources.errands import Brought, Errand, Errands
from almere_vision.sources.messages import (
    Beat,
    Clip,
    Cut,
    Cutting,
    NoClip,
    Opened,
    Orders,
    Over,
    Picture,
    Rate,
    Same,
    Shoot,
    Shooting,
    Shots,
    Want,
)
from almere_vision.sources.options import Options
from almere_vision.sources.shelf import Shelf
from almere_vision.sources.shots import Film, Shot, develop
from almere_vision.sources.standing import Standing
from almere_vision.sources.status import Status
from almere_vision.sources.watch import BackOff, Watch

UTC_MINUS_MONOTONIC_S: Final = time.time() - time.monotonic()
"""All live clocks of this process: anchored to UTC once, so that a step of the wall clock moves none."""

_WAKE_S: Final = 0.25
# Pictures of a recording that are fetched ahead, so that decoding and detection go on side by side.
_AHEAD: Final = 3
_OPEN_TIMEOUT_S: Final = 5.0


class Camera:
    """Takes in one source until it is closed; all methods may be called from any thread.

    A live camera that breaks off, refuses, or falls silent is offline, and is asked again for ever. A
    recording is decoded once: every picture that can be decoded is given first; if it was broken off,
    `next_frame` then raises `FootageError` with where.
    """

    def __init__(
        self, camera: str, address: Address, options: Options | None = None, *, preset: str | None = None
    ) -> None:
        """
        Args:
            camera: id of the camera, as frames carry it.
            address: from `read_address`.
            options: how to take it in.
            preset: id of the preset that a fixed camera always shows, as frames carry it.
        """
        self.id = camera
        self.address = address
        self.options = options or Options()
        self._preset = preset
        self._fps = self.options.fps
        self._image: NDArray[np.uint8] | None = None
        self._live = address.live or self.options.play
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._shelf = Shelf()
        self._wanted = False
        self._over: Over | None = None
        self._opened: Opened | None = None
        self._child: Child | None = None
        self._errands = Errands(self._changed)
        self._standing = Standing(address, self.options.offline_after_s)
        self._zero_s = time.monotonic()
        self._reached_s = 0.0
        self._thread = threading.Thread(target=self._supervise, name=f"camera {camera}", daemon=True)

    def open(self) -> Self:
        """Begin; returns at once. Pictures and `status` tell how it goes."""
        self._zero_s = time.monotonic()
        self._standing.begin()
        self._thread.start()
        return self

    def close(self) -> None:
        """End the decoder and let go of everything; waiting calls return."""
        self._closing.set()
        with self._changed:
            if self._child is not None:
                self._child.kill()
            self._changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def status(self) -> Status:
        """How it stands now."""
        return self._standing.status

    @property
    def duration_s(self) -> float | None:
        """Length of a recording as its file states it, once known; for progress bars."""
        return None if self._opened is None else self._opened.duration_s

    @property
    def frame_count(self) -> int | None:
        """Pictures in a recording as its file states it (all, not only the sampled ones), once known."""
        return None if self._opened is None else self._opened.frame_count

    @property
    def decoder_pid(self) -> int | None:
        """Process id of the decoder at work."""
        child = self._child
        return None if child is None else child.pid

    @property
    def dropped(self) -> int:
        """Pictures that were due and not given, because newer ones were there; since it was opened."""
        return self._shelf.dropped

    def __iter__(self) -> Iterator[Frame]:
        """All frames until the recording ends or the camera is closed."""
        while (frame := self.next_frame()) is not None:
            yield frame

    def next_frame(self, timeout_s: float | None = None) -> Frame | None:
        """The newest frame of a live camera that was not given yet, or the next one of a recording.

        Returns None when there is none in time, at the end of a recording (`ended`), or once closed.

        Raises:
            FootageError: a recording cannot be read, or was broken off; every frame before was given.
        """
        with self._changed:
            if self._live:
                self._ask_for_newest()
            self._changed.wait_for(
                lambda: self._shelf or self._over is not None or self._closing.is_set(), timeout_s
            )
            if self._closing.is_set():
                return None
            if self._shelf:
                if not self._live and self._child is not None:
                    self._child.tell(Want(1))
                return self._shelf.take()
            if self._over is not None and self._over.reason is not None:
                raise FootageError(f"{self.address}: {self._over.reason}")
            return None

    def ask(self) -> None:
        """Have the next picture of a live camera sent as soon as it is due."""
        with self._changed:
            self._ask_for_newest()

    def fresher(self, frame: Frame) -> Frame:
        """The newest frame of a live camera that has come, in place of this one; the same if none has."""
        with self._changed:
            if not self._shelf:
                return frame
            self._shelf.pass_over(frame)
            return self._shelf.take()

    @property
    def ended(self) -> bool:
        """Whether a recording is over and all its frames are given."""
        with self._changed:
            return self._over is not None and not self._shelf

    def cut(self, start_s: float, end_s: float, path: Path, timeout_s: float = 10.0) -> Clip | NoClip:
        """Write an mp4 of what is kept of a stretch of media time, without encoding it again.

        It begins with a key picture, so up to one group of pictures before `start_s`; of a live camera
        it holds what the ring still has and already has. `path` is replaced when it exists.
        """
        brought = self._send(lambda ticket: Cut(ticket, start_s, end_s, path.absolute()), timeout_s)
        assert not isinstance(brought, Shot)
        return brought

    def film(
        self, start_s: float, end_s: float, fps: float, region: Box, timeout_s: float = 10.0
    ) -> Film | NoClip:
        """Decode what is kept of a stretch of media time once more, `fps` pictures a second, cut to a region.

        Of a live camera it holds what the ring still has and already has.
        """
        brought = self._send(lambda ticket: Shoot(ticket, start_s, end_s, fps, region), timeout_s)
        assert not isinstance(brought, Clip)
        if isinstance(brought, NoClip):
            return brought
        clock_minus_media_s = self._zero_s + UTC_MINUS_MONOTONIC_S if self._live else 0.0
        return develop(brought, self.id, self._preset, clock_minus_media_s)

    def set_rate(self, fps: float) -> None:
        """Of a live camera: give so many frames a second from now on; never more than its options say."""
        with self._changed:
            self._fps = min(fps, self.options.fps)
            if self._child is not None:
                self._child.tell(Rate(self._fps))

    def _send(self, make: Callable[[int], Errand], timeout_s: float) -> Brought:
        with self._changed:
            if self._child is None or self._closing.is_set():
                return NoClip(self.status.reason or "the camera is not open")
            return self._errands.run(make, self._child.tell, self._closing.is_set, timeout_s)

    def _ask_for_newest(self) -> None:
        self._shelf.pass_over_stale()
        if not self._shelf and not self._wanted:
            self._wanted = True
            if self._child is not None:
                self._child.tell(Want(1))

    def _supervise(self) -> None:
        back_off = BackOff()
        while not self._closing.is_set():
            watch = Watch(time.monotonic(), self.options.offline_after_s)
            began_s = time.monotonic()
            over = self._decode_once(watch)
            if self._closing.is_set():
                return
            if not self._live:
                self._finish(over)
                return
            self._standing.broken(over)
            online_s = 0.0 if watch.picture_s is None else watch.picture_s - began_s
            self._closing.wait(back_off.next_s(refused=over.refused, online_s=online_s))

    def _decode_once(self, watch: Watch) -> Over:
        """Have one decoder work until it is over with it."""
        try:
            child = self._start_child()
        except EOFError:
            return Over("its decoder cannot be started: see whether the machine has memory left")
        try:
            over = self._attend(child, watch)
        except EOFError:
            over = Over(_last_words(child.kill()))
        self._end_child(child)
        return over

    def _start_child(self) -> Child:
        options = self.options
        child = Child(
            Orders(
                address=self.address,
                fps=self._fps,
                keep_alive_s=options.keep_alive_s,
                play=options.play,
                ring_s=options.ring_s,
                ring_bytes=options.ring_bytes,
                answer_timeout_s=min(_OPEN_TIMEOUT_S, options.offline_after_s * 0.75),
                zero_s=self._zero_s,
                floor_s=self._reached_s + 1.0 / self._fps if self._reached_s else 0.0,
                slots=1 if self._live else _AHEAD,
                parent=os.getpid(),
            )
        )
        self._shelf.decoder_begins()
        with self._changed:
            self._child = child
            if not self._live:
                child.tell(Want(_AHEAD))
                return child
            child.tell(Rate(self._fps))
            if self._wanted:
                child.tell(Want(1))
        return child

    def _end_child(self, child: Child) -> None:
        """Kill it, and answer those who wait for what it was to bring."""
        with self._changed:
            self._child = None
            child.close()
            self._errands.cancel()
            self._changed.notify_all()

    def _attend(self, child: Child, watch: Watch) -> Over:
        """Listen to a decoder until it is over with it. Raises EOFError when it is gone."""
        while not self._closing.is_set():
            message = child.hear(_WAKE_S)
            now_s = time.monotonic()
            if isinstance(message, Over):
                if self._live:
                    return message
                self._finish(message)
            elif isinstance(message, Picture):
                watch.picture(now_s)
                self._image = child.image(message)
                self._receive(message, self._image)
            elif isinstance(message, Same):
                if self._image is None:
                    raise EOFError
                watch.picture(now_s)
                self._receive(message, self._image)
            elif isinstance(message, Beat):
                watch.beat(message, now_s)
                self._shelf.decoder_dropped(message.dropped)
            elif isinstance(message, Cutting):
                self._errands.settle(message.ticket, message.result)
            elif isinstance(message, Shooting):
                shots = message.result
                brought = Shot(shots, child.shots()) if isinstance(shots, Shots) else shots
                self._errands.settle(message.ticket, brought)
            elif isinstance(message, Opened):
                watch.alive(now_s)
                self._opened = message
            if not self._live and (self._shelf or self._over is not None):
                watch.alive(now_s)  # It waits for us.
            if self._over is None:
                self._standing.judge(watch, now_s, live=self._live)
            if reason := watch.overdue(now_s, live=self._live):
                return Over(reason)
        return Over(None)

    def _receive(self, picture: Picture | Same, image: NDArray[np.uint8]) -> None:
        height_px, width_px = image.shape[:2]
        media_s = picture.media_time_s
        clock_s = picture.seen_s + UTC_MINUS_MONOTONIC_S if self._live else media_s
        captured_at = None
        if self._live:
            captured_at = datetime.fromtimestamp(clock_s, UTC)
        elif self.options.started_at is not None:
            captured_at = self.options.started_at + timedelta(seconds=media_s)
        moment = Moment(self.id, self._preset, clock_s, media_s, captured_at, width_px, height_px)
        frame = Frame(moment, image, unchanged=isinstance(picture, Same))
        with self._changed:
            self._reached_s = max(self._reached_s, media_s)
            self._wanted = False
            self._shelf.put(frame)
            self._changed.notify_all()

    def _finish(self, over: Over) -> None:
        """A recording has no more pictures to come."""
        with self._changed:
            if self._over is None:
                self._over = over
                if over.reason:
                    self._standing.broken(over)
                else:
                    self._standing.finished()
            self._changed.notify_all()


def _last_words(exit_code: int) -> str:
    how = f"by signal {-exit_code}" if exit_code < 0 else f"with code {exit_code}"
    return f"its decoder ended unexpectedly, {how}"
