"""From a key to the frame that shows what it did, while suggestions go on arriving."""

from __future__ import annotations

import itertools
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from almere_vision.cli.console_bench.browser import answer, key_ms
from almere_vision.cli.console_bench.stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

_PAUSE_MS: Final = 250.0
"""Nobody presses faster and reads."""

_EVERY_S: Final = 1.0
_ROUND: Final[Sequence[tuple[str, str, str, str]]] = (
    ("next", "j", "moved", ""),
    ("next", "j", "moved", ""),
    ("previous", "k", "moved", ""),
    ("claim", "c", "state", "claimed"),
    ("confirm", "Enter", "state", "confirmed"),
    ("undo", "u", "state", "claimed"),
    ("reject: reasons", "r", "shown", "reject-dialog"),
    ("reject", "1", "state", "rejected"),
    ("undo", "u", "state", "claimed"),
    ("release", "s", "state", "suggested"),
)
"""What the key is, the key, and what shows its result."""


def open_queue(page: Page, stage: Stage) -> None:
    """The queue, live, with the first one chosen."""
    page.goto(stage.url)
    answer(page, "firstCard")
    page.wait_for_selector('[data-testid="live"][data-state="live"]')
    page.get_by_test_id("detail").wait_for()


def presses_ms(page: Page, stage: Stage, keys: int, prefix: str) -> Mapping[str, list[float]]:
    """Milliseconds of each press by what it does; a suggestion arrives every second meanwhile."""
    costs: defaultdict[str, list[float]] = defaultdict(list)
    with _arriving(stage, prefix):
        for what, key, look, value in itertools.islice(itertools.cycle(_ROUND), keys):
            page.wait_for_timeout(_PAUSE_MS)
            before = page.get_by_test_id("detail").get_attribute("data-incident") or ""
            costs[what].append(key_ms(page, key, look, value or before))
    return costs


def bare_presses_ms(page: Page, url: str, keys: int) -> list[float]:
    """The same on a page that does nothing but count keys."""
    page.goto(url)
    return [key_ms(page, "j", "counted", str(number + 1)) for number in range(keys)]


@contextmanager
def _arriving(stage: Stage, prefix: str) -> Iterator[None]:
    ended = threading.Event()

    def send() -> None:
        number = 0
        while not ended.wait(_EVERY_S):
            stage.suggest(prefix, number, 1)
            number += 1

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        ended.set()
        sender.join()
