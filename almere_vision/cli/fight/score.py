"""`almere score`: short clips in, one fight score a clip out."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from almere_vision.cli.progress import progress_bar
from almere_vision.config import load_settings
from almere_vision.domain.errors import FootageError
from almere_vision.sources import Address, read_addresses

if TYPE_CHECKING:
    from almere_vision.action import FightModel
    from almere_vision.cli.fight.walk import Walker


def score(
    clips: Annotated[list[str], typer.Argument(help="Video files, or folders of them.")],
    model: Annotated[str | None, typer.Option(help="Name of a fight classifier in the store.")] = None,
) -> None:
    """Print how much each clip looks like a fight, one JSON object a line.

    `fight` is the score of its most fight-like moment (five seconds), 0..1, and 0 where no people are found;
    `tubes` is how many groups of people were judged. A file that cannot be read is told on standard error;
    all others are still judged, and the exit code is 2.
    """
    from almere_vision.action import (
        DEFAULT_FIGHT_MODEL,
        load_fight_model,
    )  # slow to load; `--help` needs none
    from almere_vision.cli.fight.walk import Walker

    settings = load_settings()
    judge = load_fight_model(model or DEFAULT_FIGHT_MODEL, settings.models_dir)
    walker = Walker(settings.model, settings.models_dir, settings.threads or None)
    faults = 0
    with progress_bar() as progress:
        for text in clips:
            try:
                addresses = read_addresses(text)
            except FootageError as error:
                faults += _tell(progress.console, error)
                continue
            for address in addresses:
                try:
                    typer.echo(_line(address, walker, judge, progress))
                except FootageError as error:
                    faults += _tell(progress.console, error)
    if faults:
        raise typer.Exit(2)


def _line(clip: Address, walker: Walker, judge: FightModel, progress: Progress) -> str:
    from almere_vision.action.moments import clip_score

    if clip.live:
        raise FootageError(f"{clip}: is a live camera; only recorded clips are scored")
    task = progress.add_task(clip.label, total=None)
    try:
        windows = walker.windows(clip, partial(_reach, progress, task))
        scored = [(float(window[0].times_s[0]), judge.scores(window)) for window in windows]
    finally:
        progress.remove_task(task)
    best, tubes = round(clip_score(scored, *judge.clip), 4), sum(len(scores) for _, scores in scored)
    return json.dumps({"clip": clip.label, "fight": best, "tubes": tubes, "model": judge.identity})


def _reach(progress: Progress, task: TaskID, now_s: float, end_s: float | None) -> None:
    progress.update(task, completed=now_s, total=end_s)


def _tell(console: Console, error: FootageError) -> int:
    console.print(f"almere: {error}", markup=False, highlight=False, soft_wrap=True)
    return 1
