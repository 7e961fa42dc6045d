"""Why a source gives no pictures, in words for the person who can act on it."""

from __future__ import annotations

from typing import Final

from av import error as av_error


class SourceFault(Exception):
    """Ends the work of a decoder. `refused`: asking again at once is useless."""

    def __init__(self, reason: str, *, refused: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.refused = refused


_REFUSALS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (av_error.HTTPUnauthorizedError, "the camera refuses this user or password: check them"),
    (av_error.HTTPForbiddenError, "the camera does not allow this user to watch: check its rights"),
    (av_error.HTTPNotFoundError, "the camera has no such stream: check the path of its address"),
)
_CAMERA: Final[tuple[tuple[type[Exception], str], ...]] = (
    (av_error.ConnectionRefusedError, "nothing answers at this host and port: check address and power"),
    (av_error.TimeoutError, "the camera does not answer"),
    (av_error.ConnectionResetError, "the camera broke the connection"),
    (av_error.BrokenPipeError, "the camera broke the connection"),
    (av_error.EOFError, "the camera broke the connection"),
    (av_error.HTTPClientError, "the camera does not accept the request: check the path of its address"),
    (av_error.HTTPServerError, "the camera reports an error of its own: restart it"),
    (av_error.DecoderNotFoundError, "the camera sends a video format that is not known: choose H.264"),
    (
        av_error.InvalidDataError,
        "the camera does not answer, or not in RTSP: check address, port, power",
    ),
)


def camera_fault(error: av_error.FFmpegError) -> SourceFault:
    """What FFmpeg met at a camera. The text of its error holds the address with login, so it is not used."""
    for kind, reason in _REFUSALS:
        if isinstance(error, kind):
            return SourceFault(reason, refused=True)
    for kind, reason in _CAMERA:
        if isinstance(error, kind):
            return SourceFault(reason)
    return SourceFault(f"the camera cannot be reached: {error.strerror}")


def file_fault(error: av_error.FFmpegError) -> SourceFault:
    """What FFmpeg met when it opened a file."""
    # A container that is not on our list is an invalid argument to FFmpeg.
    if isinstance(error, av_error.InvalidDataError | av_error.ArgumentError):
        return SourceFault("is not a video that can be read, or was broken off before its index was written")
    if isinstance(error, av_error.DecoderNotFoundError):
        return SourceFault("its video format is not known: convert it to H.264")
    return SourceFault(f"cannot be read: {error.strerror}")
