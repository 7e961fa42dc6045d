"""Takes pictures in from one decoder after another, in a thread of its own."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from almere_vision.domain.frame import Frame, Moment
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.sources.address import Address
from almere_vision.sources.child import Child
from almere_vision.sources.errands import Brought, Errand, Errands
from almere_vision.sources.messages import (
    Beat,
    Cutting,
    NoClip,
    Opened,
    Orders,
    Over,
    Picture,
    Rate,
    Same,
    Shooting,
    Shots,
    Want,
)
from almere_vision.sources.options import Options
from almere_vision.sources.shelf import Shelf
from almere_vision.sources.shots import Shot
from almere_vision.sources.standing import Standing
from almere_vision.sources.watch import BackOff, Watch

UTC_MINUS_MONOTONIC_S: Final = time.time() - time.monotonic()
"""All live clocks of this process: anchored to UTC once, so that a step of the wall clock moves none."""

_WAKE_S: Final = 0.5
"""Silence is noticed so late; whoever closes the camera kills the decoder, which is heard at once."""

# Pictures of a recording that are fetched ahead, so that decoding and detection go on side by side.
_AHEAD: Final = 3
_OPEN_TIMEOUT_S: Final = 5.0


class Intake:
    """What a camera takes in, for `Camera` to give.

    Attributes:
        live: whether it is a camera, or a recording that is shown as one.
        changed: the lock of all that follows, and told when any of it changes.
        closing: set once nothing more is wanted.
        shelf: frames that wait.
        errands: what decoders were asked to bring.
        child: the decoder at work.
        over: how a recording ended; None until then, and for live cameras.
        opened: what a recording states of itself, once known.
        standing: whether it is online.
    """

    def __init__(self, camera: str, address: Address, options: Options, preset: str | None) -> None:
        self._camera = camera
        self._address = address
        self._options = options
        self._preset = preset
        self._fps = options.fps
        self._image: NDArray[np.uint8] | None = None
        self._wanted = False
        self._reached_s = 0.0
        self.live = address.live or options.play
        self.changed = threading.Condition()
        self.closing = threading.Event()
        self.shelf = Shelf()
        self.errands = Errands(self.changed)
        self.child: Child | None = None
        self.over: Over | None = None
        self.opened: Opened | None = None
        self.standing = Standing(address, options.offline_after_s)
        self._zero_s = time.monotonic()
        self._thread = threading.Thread(target=self._supervise, name=f"camera {camera}", daemon=True)

    def open(self) -> None:
        """Begin; returns at once."""
        self._zero_s = time.monotonic()
        self.standing.begin()
        self._thread.start()

    def close(self) -> None:
        """End the decoder and let go of everything."""
        self.closing.set()
        with self.changed:
            if self.child is not None:
                self.child.kill()
            self.changed.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    @property
    def clock_minus_media_s(self) -> float:
        """To be added to a media time for the clock that rules see."""
        return self._zero_s + UTC_MINUS_MONOTONIC_S if self.live else 0.0

    def take(self) -> Frame:
        """The first frame that waits, with the lock held; of a recording another is asked for."""
        if not self.live and self.child is not None:
            self.child.tell(Want(1))
        return self.shelf.take()

    def send(self, make: Callable[[int], Errand], timeout_s: float) -> Brought:
        """Have the decoder at work bring something."""
        with self.changed:
            if self.child is None or self.closing.is_set():
                return NoClip(str(self.standing.status.fault or "the camera is not open"))
            return self.errands.run(make, self.child.tell, self.closing.is_set, timeout_s)

    def set_rate(self, fps: float) -> None:
        """So many frames a second from now on; never more than the options say."""
        with self.changed:
            self._fps = min(fps, self._options.fps)
            if self.child is not None:
                self.child.tell(Rate(self._fps))

    def ask_for_newest(self) -> None:
        """Of a live camera, with the lock held: one picture, as soon as it is due."""
        self.shelf.pass_over_stale()
        if not self.shelf and not self._wanted:
            self._wanted = True
            if self.child is not None:
                self.child.tell(Want(1))

    def _supervise(self) -> None:
        back_off = BackOff()
        while not self.closing.is_set():
            watch = Watch(time.monotonic(), self._options.offline_after_s)
            began_s = time.monotonic()
            over = self._decode_once(watch)
            if self.closing.is_set():
                return
            if not self.live:
                self._finish(over)
                return
            self.standing.broken(over)
            online_s = 0.0 if watch.picture_s is None else watch.picture_s - began_s
            self.closing.wait(back_off.next_s(refused=over.refused, online_s=online_s))

    def _decode_once(self, watch: Watch) -> Over:
        """Have one decoder work until it is over with it."""
        try:
            child = self._start_child()
        except EOFError:
            return Over(Reason(ReasonCode.NO_DECODER))
        try:
            over = self._attend(child, watch)
        except EOFError:
            over = Over(_last_words(child.kill()))
        self._end_child(child)
        return over

    def _start_child(self) -> Child:
        options = self._options
        child = Child(
            Orders(
                address=self._address,
                fps=self._fps,
                keep_alive_s=options.keep_alive_s,
                play=options.play,
                ring_s=options.ring_s,
                ring_bytes=options.ring_bytes,
                answer_timeout_s=min(_OPEN_TIMEOUT_S, options.offline_after_s * 0.75),
                zero_s=self._zero_s,
                floor_s=self._reached_s + 1.0 / self._fps if self._reached_s else 0.0,
                slots=1 if self.live else _AHEAD,
                parent=os.getpid(),
            )
        )
        self.shelf.decoder_begins()
        with self.changed:
            self.child = child
            if not self.live:
                child.tell(Want(_AHEAD))
                return child
            child.tell(Rate(self._fps))
            if self._wanted:
                child.tell(Want(1))
        return child

    def _end_child(self, child: Child) -> None:
        """Kill it, and answer those who wait for what it was to bring."""
        with self.changed:
            self.child = None
            child.close()
            self.errands.cancel()
            self.changed.notify_all()

    def _attend(self, child: Child, watch: Watch) -> Over:
        """Listen to a decoder until it is over with it. Raises EOFError when it is gone."""
        while not self.closing.is_set():
            message = child.hear(_WAKE_S)
            now_s = time.monotonic()
            if isinstance(message, Over):
                if self.live:
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
                self.shelf.decoder_dropped(message.dropped)
            elif isinstance(message, Cutting):
                self.errands.settle(message.ticket, message.result)
            elif isinstance(message, Shooting):
                shots = message.result
                brought = Shot(shots, child.shots()) if isinstance(shots, Shots) else shots
                self.errands.settle(message.ticket, brought)
            elif isinstance(message, Opened):
                watch.alive(now_s)
                self.opened = message
            if not self.live and (self.shelf or self.over is not None):
                watch.alive(now_s)  # It waits for us.
            if self.over is None:
                self.standing.judge(watch, now_s, live=self.live)
            if reason := watch.overdue(now_s, live=self.live):
                return Over(reason)
        return Over(None)

    def _receive(self, picture: Picture | Same, image: NDArray[np.uint8]) -> None:
        height_px, width_px = image.shape[:2]
        media_s = picture.media_time_s
        clock_s = picture.seen_s + UTC_MINUS_MONOTONIC_S if self.live else media_s
        captured_at = None
        if self.live:
            captured_at = datetime.fromtimestamp(clock_s, UTC)
        elif self._options.started_at is not None:
            captured_at = self._options.started_at + timedelta(seconds=media_s)
        moment = Moment(self._camera, self._preset, clock_s, media_s, captured_at, width_px, height_px)
        frame = Frame(moment, image, unchanged=isinstance(picture, Same))
        with self.changed:
            self._reached_s = max(self._reached_s, media_s)
            self._wanted = False
            self.shelf.put(frame)
            self.changed.notify_all()

    def _finish(self, over: Over) -> None:
        """A recording has no more pictures to come."""
        with self.changed:
            if self.over is None:
                self.over = over
                if over.reason:
                    self.standing.broken(over)
                else:
                    self.standing.finished()
            self.changed.notify_all()


def _last_words(exit_code: int) -> Reason:
    if exit_code < 0:
        return Reason(ReasonCode.DECODER_KILLED, {"signal": str(-exit_code)})
    return Reason(ReasonCode.DECODER_ENDED, {"exit": str(exit_code)})
