"""Structured logs on standard error, in which no password can stand."""

from __future__ import annotations

import logging
import re
import sys
from typing import Final

import structlog
from structlog.typing import EventDict, WrappedLogger

_CREDENTIALS: Final = re.compile(r"(?<=://)[^/\s]*@")


def redact(text: str) -> str:
    """Take user and password out of every address in a text.

    >>> redact("cannot open rtsp://admin:geheim@10.0.0.5/stream")
    'cannot open rtsp://***@10.0.0.5/stream'
    """
    return _CREDENTIALS.sub("***@", text)


def _redact_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def setup_logs(*, verbose: bool = False) -> None:
    """Send our logs and those of libraries to standard error: lines for people, JSON when piped."""
    level = logging.DEBUG if verbose else logging.INFO
    to_people = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _redact_event,
            structlog.dev.ConsoleRenderer() if to_people else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # Looked up at each line: whoever redirects standard error for a while may close what it gave.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
