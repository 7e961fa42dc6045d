"""One camera or recording, as the rest of the program sees it: frames, clips and a status."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from almere_vision.domain.errors import FootageError
from almere_vision.domain.frame import Frame
from almere_vision.domain.geometry import Box
from almere_vision.sources.address import Address
from almere_vision.sources.intake import Intake
from almere_vision.sources.messages import Clip, Cut, NoClip, Shoot
from almere_vision.sources.options import Options
from almere_vision.sources.shots import Film, Shot, develop
from almere_vision.sources.status import Status


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
        self._intake = Intake(camera, address, self.options, preset)

    def open(self) -> Self:
        """Begin; returns at once. Pictures and `status` tell how it goes."""
        self._intake.open()
        return self

    def close(self) -> None:
        """End the decoder and let go of everything; waiting calls return."""
        self._intake.close()

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def status(self) -> Status:
        """How it stands now."""
        return self._intake.standing.status

    @property
    def duration_s(self) -> float | None:
        """Length of a recording as its file states it, once known; for progress bars."""
        return None if self._intake.opened is None else self._intake.opened.duration_s

    @property
    def frame_count(self) -> int | None:
        """Pictures in a recording as its file states it (all, not only the sampled ones), once known."""
        return None if self._intake.opened is None else self._intake.opened.frame_count

    @property
    def decoder_pid(self) -> int | None:
        """Process id of the decoder at work."""
        child = self._intake.child
        return None if child is None else child.pid

    @property
    def dropped(self) -> int:
        """Pictures that were due and not given, because newer ones were there; since it was opened."""
        return self._intake.shelf.dropped

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
        intake = self._intake
        with intake.changed:
            if intake.live:
                intake.ask_for_newest()
            intake.changed.wait_for(
                lambda: intake.shelf or intake.over is not None or intake.closing.is_set(), timeout_s
            )
            if intake.closing.is_set():
                return None
            if intake.shelf:
                return intake.take()
            if intake.over is not None and intake.over.reason is not None:
                raise FootageError(f"{self.address}: {intake.over.reason}")
            return None

    def ask(self) -> None:
        """Have the next picture of a live camera sent as soon as it is due."""
        with self._intake.changed:
            self._intake.ask_for_newest()

    def fresher(self, frame: Frame) -> Frame:
        """The newest frame of a live camera that has come, in place of this one; the same if none has."""
        with self._intake.changed:
            shelf = self._intake.shelf
            if not shelf:
                return frame
            shelf.pass_over(frame)
            return shelf.take()

    @property
    def ended(self) -> bool:
        """Whether a recording is over and all its frames are given."""
        with self._intake.changed:
            return self._intake.over is not None and not self._intake.shelf

    def cut(self, start_s: float, end_s: float, path: Path, timeout_s: float = 10.0) -> Clip | NoClip:
        """Write an mp4 of what is kept of a stretch of media time, without encoding it again.

        It begins with a key picture, so up to one group of pictures before `start_s`; of a live camera
        it holds what the ring still has and already has. `path` is replaced when it exists.
        """
        brought = self._intake.send(lambda ticket: Cut(ticket, start_s, end_s, path.absolute()), timeout_s)
        assert not isinstance(brought, Shot)
        return brought

    def film(
        self, start_s: float, end_s: float, fps: float, region: Box, timeout_s: float = 10.0
    ) -> Film | NoClip:
        """Decode what is kept of a stretch of media time once more, `fps` pictures a second, cut to a region.

        Of a live camera it holds what the ring still has and already has.
        """
        brought = self._intake.send(lambda ticket: Shoot(ticket, start_s, end_s, fps, region), timeout_s)
        assert not isinstance(brought, Clip)
        if isinstance(brought, NoClip):
            return brought
        return develop(brought, self.id, self._preset, self._intake.clock_minus_media_s)

    def set_rate(self, fps: float) -> None:
        """Of a live camera: give so many frames a second from now on; never more than its options say."""
        self._intake.set_rate(fps)
