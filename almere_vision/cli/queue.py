"""`almere queue`: what waits in the queue, and what could not be handled."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from almere_vision.config import load_settings

if TYPE_CHECKING:
    from almere_vision.storage.stream import DeadLetter, SuggestionStream

app = typer.Typer(help="The queue between workers and review.", no_args_is_help=True)

_SHOWN_BYTES = 2_000
"""Of each message, in a listing as JSON."""


@contextmanager
def _stream() -> Iterator[SuggestionStream]:
    from almere_vision.storage.stream import SuggestionStream

    stream = SuggestionStream(load_settings().redis())
    try:
        yield stream
    finally:
        stream.close()


@app.command()
def dead(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most so many, newest first.")] = 100,
) -> None:
    """List messages that could not be handled, newest first, with the reason."""
    with _stream() as stream:
        letters, count = stream.dead_letters(limit), stream.dead_count()
    for letter in letters:
        typer.echo(_as_json(letter) if as_json else _as_line(letter))
    if not as_json:
        typer.echo(f"{count} dead letters" if letters else "no dead letters", err=True)


@app.command()
def retry(
    dead_id: Annotated[str, typer.Argument(metavar="ID", help="As `almere queue dead` lists it.")],
) -> None:
    """Put a dead letter back in the queue, when its cause is gone."""
    with _stream() as stream:
        stream.retry(dead_id)
    typer.echo(f"{dead_id} is back in the queue")


def _as_line(letter: DeadLetter) -> str:
    return f"{letter.id}  {letter.at:%Y-%m-%d %H:%M:%S}Z  {letter.size_bytes} bytes  {letter.reason}"


def _as_json(letter: DeadLetter) -> str:
    return json.dumps(
        {
            "id": letter.id,
            "at": letter.at.isoformat(),
            "size_bytes": letter.size_bytes,
            "reason": letter.reason,
            "message": letter.payload[:_SHOWN_BYTES].decode(errors="replace"),
        }
    )
