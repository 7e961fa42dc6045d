"""Snapshots and clips in a bucket of an S3 server (extra `s3`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Final

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from almere_vision.domain.errors import BlobError, BlobMissing, SettingsError
from almere_vision.storage.blobs import BlobStat, check_name

_PIECE_BYTES: Final = 256 * 1024


class S3Blobs:
    """`Blobs` in a bucket; an upload shows when it is complete, as S3 has it.

    Keys come from the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`) or from
    the machine's role, so they stand in no setting of ours.

    Args:
        bucket: name of the bucket; it must be there.
        prefix: folder inside the bucket, or an empty text.
        endpoint: address of a server of one's own; None is Amazon. Plain HTTP only if it says so.

    Raises:
        SettingsError: these cannot be used.
    """

    def __init__(self, bucket: str, *, prefix: str = "", endpoint: str | None = None) -> None:
        plain = endpoint is not None and endpoint.startswith("http://")
        try:
            self._store = S3Store(
                bucket,
                prefix=prefix or None,
                endpoint=endpoint,
                virtual_hosted_style_request=False,
                client_options={"allow_http": plain, "timeout": "30s", "connect_timeout": "5s"},
                retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=10)},
            )
        except BaseError:
            raise SettingsError(f"the bucket {bucket!r} cannot be used: check its name and address") from None

    def put(self, name: str, data: bytes | Path) -> None:
        check_name(name)
        with _errors(name):
            obstore.put(self._store, name, data)

    def stat(self, name: str) -> BlobStat:
        check_name(name)
        with _errors(name):
            found = obstore.head(self._store, name)
        tag = hashlib.sha256(f"{found['e_tag']} {found['last_modified']}".encode()).hexdigest()[:32]
        return BlobStat(found["size"], tag)

    def read(self, name: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        end = self.stat(name).size_bytes
        if length is not None:
            end = min(end, start + length)
        if start >= end:
            return iter(())
        with _errors(name):
            found = obstore.get(self._store, name, options={"range": (start, end)})
        return _pieces(name, found)


def _pieces(name: str, found: obstore.GetResult) -> Iterator[bytes]:
    with _errors(name):
        for piece in found.stream(min_chunk_size=_PIECE_BYTES):
            yield bytes(piece)


@contextmanager
def _errors(name: str) -> Iterator[None]:
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise BlobMissing(f"there is no blob {name}") from None
    except (BaseError, OSError) as error:
        raise BlobError(f"the S3 server does not serve {name}: {type(error).__name__}; try again") from error
