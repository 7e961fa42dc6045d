"""How FFmpeg is made to open a file or a camera, and only that."""

from __future__ import annotations

import socket
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import av
from av import VideoStream
from av.container import InputContainer

from almere_vision.domain.network import plain_address, refused_network
from almere_vision.domain.reason import Reason, ReasonCode
from almere_vision.sources.address import Address
from almere_vision.sources.messages import Orders
from almere_vision.sources.reasons import SourceFault

_FORMATS: Final = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg,mxf"


def open_file(address: Address) -> InputContainer:
    """Open a recorded file, and nothing but a file.

    Only containers that hold video themselves: play lists (hls, concat) could name other files and
    addresses, whatever the file is called.
    """
    options = {"protocol_whitelist": "file", "format_whitelist": _FORMATS}
    return av.open(address.secret.get_secret_value(), options=options, metadata_errors="replace")


def open_camera(orders: Orders) -> InputContainer:
    """Ask a camera for its video, over one TCP connection.

    The option `timeout` is in microseconds and is the only thing that ends the wait for a silent
    server (FFmpeg documentation, protocol rtsp).
    """
    options = {
        "rtsp_transport": "tcp",
        "timeout": str(int(orders.answer_timeout_s * 1e6)),
        "allowed_media_types": "video",
        "user_agent": "Almere Vision",
    }
    url = checked_url(orders.address.secret.get_secret_value())
    return av.open(url, options=options, metadata_errors="replace")


def checked_url(url: str) -> str:
    """The address with its host name looked up, once, and the result judged.

    FFmpeg is given the number that was judged: a second look-up could answer something else. With TLS
    the name stays, because the certificate is for the name.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(host, parts.port or 554, type=socket.SOCK_STREAM)
    except OSError:
        raise SourceFault(Reason(ReasonCode.HOST_UNKNOWN)) from None
    number = str(found[0][4][0])
    if refused_network(number):
        link_local = plain_address(number).is_link_local
        code = ReasonCode.HOST_LINK_LOCAL if link_local else ReasonCode.HOST_NO_MACHINE
        raise SourceFault(Reason(code), refused=True)
    if parts.scheme == "rtsps":
        return url
    login, at, _ = parts.netloc.rpartition("@")
    place = f"[{number}]" if ":" in number else number
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{login}{at}{place}{port}"))


def video_stream(container: InputContainer) -> VideoStream:
    """The video of a container, decoded in one thread."""
    if not container.streams.video:
        raise SourceFault(Reason(ReasonCode.NO_VIDEO))
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise SourceFault(Reason(ReasonCode.FILE_FORMAT_UNKNOWN))
    stream.codec_context.thread_count = 1
    return stream


def video_duration_s(container: InputContainer, stream: VideoStream) -> float | None:
    """How long the video is by the word of its file, or None where only the sound may be that long."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if container.duration is not None and len(container.streams) == 1:
        return container.duration / av.time_base
    return None
