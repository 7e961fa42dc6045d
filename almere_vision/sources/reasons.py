"""Why a source gives no pictures, for the person who can act on it."""

from __future__ import annotations

from typing import Final

from av import error as av_error

from almere_vision.domain.reason import Reason, ReasonCode


class SourceFault(Exception):
    """Ends the work of a decoder. `refused`: asking again at once is useless."""

    def __init__(self, reason: Reason, *, refused: bool = False) -> None:
        super().__init__(reason.text)
        self.reason = reason
        self.refused = refused


_REFUSALS: Final[tuple[tuple[type[Exception], ReasonCode], ...]] = (
    (av_error.HTTPUnauthorizedError, ReasonCode.LOGIN_REFUSED),
    (av_error.HTTPForbiddenError, ReasonCode.NOT_ALLOWED),
    (av_error.HTTPNotFoundError, ReasonCode.NO_SUCH_STREAM),
)
_CAMERA: Final[tuple[tuple[type[Exception], ReasonCode], ...]] = (
    (av_error.ConnectionRefusedError, ReasonCode.NOTHING_ANSWERS),
    (av_error.TimeoutError, ReasonCode.NO_ANSWER),
    (av_error.ConnectionResetError, ReasonCode.CONNECTION_BROKEN),
    (av_error.BrokenPipeError, ReasonCode.CONNECTION_BROKEN),
    (av_error.EOFError, ReasonCode.CONNECTION_BROKEN),
    (av_error.HTTPClientError, ReasonCode.REQUEST_REFUSED),
    (av_error.HTTPServerError, ReasonCode.CAMERA_ERROR),
    (av_error.DecoderNotFoundError, ReasonCode.FORMAT_UNKNOWN),
    (av_error.InvalidDataError, ReasonCode.NO_RTSP),
)


def camera_fault(error: av_error.FFmpegError) -> SourceFault:
    """What FFmpeg met at a camera. The text of its error holds the address with login, so it is not used."""
    for kind, code in _REFUSALS:
        if isinstance(error, kind):
            return SourceFault(Reason(code), refused=True)
    for kind, code in _CAMERA:
        if isinstance(error, kind):
            return SourceFault(Reason(code))
    return SourceFault(Reason(ReasonCode.UNREACHABLE, {"detail": error.strerror or "unknown error"}))


def file_fault(error: av_error.FFmpegError) -> SourceFault:
    """What FFmpeg met when it opened a file."""
    # A container that is not on our list is an invalid argument to FFmpeg.
    if isinstance(error, av_error.InvalidDataError | av_error.ArgumentError):
        return SourceFault(Reason(ReasonCode.FILE_NO_VIDEO))
    if isinstance(error, av_error.DecoderNotFoundError):
        return SourceFault(Reason(ReasonCode.FILE_FORMAT_UNKNOWN))
    return SourceFault(Reason(ReasonCode.FILE_UNREADABLE, {"detail": error.strerror or "unknown error"}))
