"""Why a camera is offline, is not watched or wants care: a code with values, worded where it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from string import Formatter
from typing import Final

LONGEST: Final = 300
"""Characters of a value; what is longer is cut off."""


class ReasonCode(StrEnum):
    """What is the matter with a camera."""

    OTHER = "other"
    """A sentence of somebody who knows no code for it, in English."""

    LOGIN_REFUSED = "login_refused"
    NOT_ALLOWED = "not_allowed"
    NO_SUCH_STREAM = "no_such_stream"
    NOTHING_ANSWERS = "nothing_answers"
    NO_ANSWER = "no_answer"
    CONNECTION_BROKEN = "connection_broken"
    REQUEST_REFUSED = "request_refused"
    CAMERA_ERROR = "camera_error"
    FORMAT_UNKNOWN = "format_unknown"
    NO_RTSP = "no_rtsp"
    UNREACHABLE = "unreachable"
    HOST_UNKNOWN = "host_unknown"
    HOST_LINK_LOCAL = "host_link_local"
    HOST_NO_MACHINE = "host_no_machine"
    STREAM_ENDED = "stream_ended"
    STOPPED_SENDING = "stopped_sending"
    SIZE_CHANGED = "size_changed"
    NO_VIDEO_FOR = "no_video_for"
    NO_PICTURE_FOR = "no_picture_for"
    UNDECODABLE = "undecodable"

    NO_VIDEO = "no_video"
    NO_TIME_STAMPS = "no_time_stamps"
    TOO_LARGE = "too_large"
    FILE_FORMAT_UNKNOWN = "file_format_unknown"
    FILE_NO_VIDEO = "file_no_video"
    FILE_UNREADABLE = "file_unreadable"
    FILE_NO_PICTURE = "file_no_picture"
    FILE_NOTHING_TO_SHOW = "file_nothing_to_show"
    FILE_BROKEN_OFF = "file_broken_off"
    FILE_CUT_SHORT = "file_cut_short"
    FILE_STALLED = "file_stalled"

    NO_DECODER = "no_decoder"
    DECODER_ENDED = "decoder_ended"
    DECODER_KILLED = "decoder_killed"
    WORKER_SILENT = "worker_silent"

    FROZEN = "frozen"
    BLACK = "black"
    COVERED = "covered"
    BLURRED = "blurred"
    MOVED = "moved"
    MOVED_ZOOM = "moved_zoom"
    ANOTHER_PLACE = "another_place"

    NOT_LOOKED_YET = "not_looked_yet"
    NOT_LEARNT = "not_learnt"
    FITS_NONE = "fits_none"
    FITS_BOTH = "fits_both"
    OFF_PRESET = "off_preset"
    OFF_PRESET_ZOOM = "off_preset_zoom"
    STAYS_OFF_PRESET = "stays_off_preset"
    PICTURE_MOVES = "picture_moves"
    CAMERA_MOVES = "camera_moves"
    HEADING_UNKNOWN = "heading_unknown"
    HEADING_ELSEWHERE = "heading_elsewhere"

    CLOCK_AHEAD = "clock_ahead"
    CLOCK_BEHIND = "clock_behind"


ENGLISH: Final[Mapping[ReasonCode, str]] = {
    ReasonCode.OTHER: "{text}",
    ReasonCode.LOGIN_REFUSED: "the camera refuses this user or password: check them",
    ReasonCode.NOT_ALLOWED: "the camera does not allow this user to watch: check its rights",
    ReasonCode.NO_SUCH_STREAM: "the camera has no such stream: check the path of its address",
    ReasonCode.NOTHING_ANSWERS: "nothing answers at this host and port: check address and power",
    ReasonCode.NO_ANSWER: "the camera does not answer",
    ReasonCode.CONNECTION_BROKEN: "the camera broke the connection",
    ReasonCode.REQUEST_REFUSED: "the camera does not accept the request: check the path of its address",
    ReasonCode.CAMERA_ERROR: "the camera reports an error of its own: restart it",
    ReasonCode.FORMAT_UNKNOWN: "the camera sends a video format that is not known: choose H.264",
    ReasonCode.NO_RTSP: "the camera does not answer, or not in RTSP: check address, port, power",
    ReasonCode.UNREACHABLE: "the camera cannot be reached: {detail}",
    ReasonCode.HOST_UNKNOWN: "its host name is not known: check the name, and the name server",
    ReasonCode.HOST_LINK_LOCAL: "its host is a link-local address: name the host of the camera",
    ReasonCode.HOST_NO_MACHINE: "its host is not the address of one machine: name the host of the camera",
    ReasonCode.STREAM_ENDED: "the camera ended the stream",
    ReasonCode.STOPPED_SENDING: "the camera stopped sending",
    ReasonCode.SIZE_CHANGED: "the size of the picture changed",
    ReasonCode.NO_VIDEO_FOR: "no video for {duration}",
    ReasonCode.NO_PICTURE_FOR: "no picture for {duration}",
    ReasonCode.UNDECODABLE: "its video cannot be decoded: check its encoder settings",
    ReasonCode.NO_VIDEO: "holds no video",
    ReasonCode.NO_TIME_STAMPS: "the video has no time stamps",
    ReasonCode.TOO_LARGE: "the picture is wider or higher than {most} pixels",
    ReasonCode.FILE_FORMAT_UNKNOWN: "its video format is not known: convert it to H.264",
    ReasonCode.FILE_NO_VIDEO: (
        "is not a video that can be read, or was broken off before its index was written"
    ),
    ReasonCode.FILE_UNREADABLE: "cannot be read: {detail}",
    ReasonCode.FILE_NO_PICTURE: "not one picture of it can be read: copy or convert it again",
    ReasonCode.FILE_NOTHING_TO_SHOW: "not one picture could be read: name another file",
    ReasonCode.FILE_BROKEN_OFF: "broken off at {at}: what came before was used",
    ReasonCode.FILE_CUT_SHORT: "broken off at {at} of {whole}: what came before was used",
    ReasonCode.FILE_STALLED: "could not be read on for {duration}: check the disk",
    ReasonCode.NO_DECODER: "its decoder cannot be started: see whether the machine has memory left",
    ReasonCode.DECODER_ENDED: "its decoder ended unexpectedly, with code {exit}",
    ReasonCode.DECODER_KILLED: "its decoder ended unexpectedly, by signal {signal}",
    ReasonCode.WORKER_SILENT: "the worker of this camera is silent",
    ReasonCode.FROZEN: "the picture is frozen since {since}: look at the camera",
    ReasonCode.BLACK: "the picture is black since {since}: look at the camera",
    ReasonCode.COVERED: "the picture is covered since {since}: look at the camera",
    ReasonCode.BLURRED: "the picture is out of focus since {since}: look at the camera",
    ReasonCode.MOVED: (
        "the view has moved by {much} since {since}: point the camera back, or draw its zones again"
    ),
    ReasonCode.MOVED_ZOOM: (
        "the view has moved by {much} of zoom since {since}: point the camera back, or draw its zones again"
    ),
    ReasonCode.ANOTHER_PLACE: (
        "the view shows another place since {since}: point the camera back, or draw its zones again"
    ),
    ReasonCode.NOT_LOOKED_YET: "not looked yet",
    ReasonCode.NOT_LEARNT: "no preset has a reference picture: run `almere presets learn`",
    ReasonCode.FITS_NONE: "the picture fits no preset",
    ReasonCode.FITS_BOTH: "the picture fits {first} and {second}",
    ReasonCode.OFF_PRESET: "the picture is {much} off preset {preset}",
    ReasonCode.OFF_PRESET_ZOOM: "the picture is {much} of zoom off preset {preset}",
    ReasonCode.STAYS_OFF_PRESET: "{much} off preset {preset} for a while: save the preset again",
    ReasonCode.PICTURE_MOVES: "the picture moves, or has just come to rest",
    ReasonCode.CAMERA_MOVES: "the camera says that it moves",
    ReasonCode.HEADING_UNKNOWN: "the camera does not say where it looks",
    ReasonCode.HEADING_ELSEWHERE: (
        "the picture shows preset {preset}, and the camera says that it looks elsewhere"
    ),
    ReasonCode.CLOCK_AHEAD: "its clock is {much} ahead since {since}: set it, or its time server",
    ReasonCode.CLOCK_BEHIND: "its clock is {much} behind since {since}: set it, or its time server",
}
"""Its sentences; the Dutch ones are in `delivery/reasons.py`, those of the console in `web/src/i18n`."""


def value_names(sentence: str) -> frozenset[str]:
    """The names of the values that a sentence wants.

    >>> sorted(value_names("the picture is {much} off preset {preset}"))
    ['much', 'preset']
    """
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


_NAMES: Final = {code: value_names(sentence) for code, sentence in ENGLISH.items()}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, for people; `str` says it in English, for logs, the command line and errors.

    Attributes:
        code: what is the matter.
        values: what its sentence wants, as short texts with their units: "6.4 %", "14:03:11", a preset.
            No addresses and no logins. Characters that cannot be printed become spaces.

    Raises:
        ValueError: the values are not those of the sentence.
    """

    code: ReasonCode
    values: Mapping[str, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if self.values.keys() != _NAMES[self.code]:
            raise ValueError(f"{self.code}: wants {sorted(_NAMES[self.code])}, not {sorted(self.values)}")
        object.__setattr__(self, "values", {name: _tidy(value) for name, value in self.values.items()})

    @property
    def text(self) -> str:
        """The sentence in English."""
        return ENGLISH[self.code].format(**self.values)

    def __str__(self) -> str:
        return self.text


def _tidy(value: str) -> str:
    return "".join(char if char.isprintable() else " " for char in value[:LONGEST])
