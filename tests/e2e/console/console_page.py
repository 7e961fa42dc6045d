"""The console's queue as a person at a desk uses it: by keys and by what is on the screen."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final, Self

from playwright.sync_api import Locator, Page, expect

AXE: Final = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "axe-core" / "axe.min.js"
"""Comes with `npm ci` in `web`."""

RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


class ConsolePage:
    """Drives the queue of one signed-in person. Every method waits until the page shows its effect."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def sign_in(self, username: str, password: str) -> Self:
        """Signs in and waits until the page is live."""
        self.give(username, password)
        expect(self.live).to_have_attribute("data-state", "live")
        return self

    def give(self, username: str, password: str) -> Self:
        """Name and password; what comes of it is for the test to see."""
        self.page.goto(self.address)
        self.page.get_by_test_id("username").fill(username)
        self.page.get_by_test_id("password").fill(password)
        self.page.get_by_test_id("submit").click()
        return self

    @property
    def live(self) -> Locator:
        """Has `data-state`: connecting, live or lost."""
        return self.page.get_by_test_id("live")

    @property
    def cards(self) -> Locator:
        """Have `data-incident`, `data-state` and `aria-selected`."""
        return self.page.get_by_test_id("card")

    @property
    def detail(self) -> Locator:
        """The chosen incident; has `data-incident`, `data-state` and `data-version`."""
        return self.page.get_by_test_id("detail")

    @property
    def reason(self) -> Locator:
        return self.page.get_by_test_id("reason")

    @property
    def notice(self) -> Locator:
        """The line that tells how a command went; `data-tone` is none, busy, done or stopped."""
        return self.page.get_by_test_id("notice")

    @property
    def new_pill(self) -> Locator:
        """The button that says how many new suggestions wait."""
        return self.page.get_by_test_id("new-pill")

    def card(self, incident: str) -> Locator:
        return self.page.locator(f'[data-testid="card"][data-incident="{incident}"]')

    def camera(self, camera: str) -> Locator:
        """The camera in the strip; `data-state` is online, offline or starting."""
        return self.page.locator(f'[data-testid="camera"][data-camera="{camera}"]')

    def command(self, name: str) -> Locator:
        """The button of claim, release, confirm, reject, escalate or undo."""
        return self.page.get_by_test_id(f"command-{name}")

    def choose(self, incident: str) -> Self:
        """Clicks a card, and takes the mouse off the list, which holds still while it is there."""
        self.card(incident).click()
        expect(self.detail).to_have_attribute("data-incident", incident)
        self.page.mouse.move(0, 0)
        return self

    def chosen(self) -> str:
        """Id of the chosen incident."""
        expect(self.detail).to_be_visible()
        incident = self.detail.get_attribute("data-incident")
        assert incident is not None
        return incident

    def move(self, key: str) -> str:
        """Presses j or k (or an arrow), and gives the id of the incident that is chosen then."""
        before = self.chosen()
        self.page.keyboard.press(key)
        expect(self.detail).not_to_have_attribute("data-incident", before)
        return self.chosen()

    def press(self, key: str, state: str | None = None) -> Self:
        """Presses a key of the queue and, if given, waits for the chosen incident to be in `state`.

        And for the page to hear keys again: while a command is under way it hears none.
        """
        self.page.keyboard.press(key)
        if state is not None:
            expect(self.detail).to_have_attribute("data-state", state)
            expect(self.detail.locator("[aria-busy=true]")).to_have_count(0)
        return self

    def reject(self, digit: int) -> Self:
        """By keys: r, and the digit of the reason."""
        self.press("r")
        expect(self.page.get_by_test_id("reject-dialog")).to_be_visible()
        return self.press(str(digit), "rejected")

    def escalate(self, recipient: int, priority: int) -> Self:
        """By keys: e, the digit of the recipient, the digit of the priority, Enter."""
        self.press("e")
        expect(self.page.get_by_test_id("escalate-dialog")).to_be_visible()
        return self.press(str(recipient)).press(str(priority)).press("Enter", "escalated")

    def view(self, name: str) -> Self:
        """Shows `open`, `decided` or `all`, by a click on the switch above the list."""
        switch = self.page.get_by_test_id("filter-view")
        switch.locator(f'label:has(+ input[value="{name}"]), input[value="{name}"] + label').first.click()
        return self

    def expect_history(self, *commands: str) -> Self:
        """Waits until the history of the chosen incident has these commands, oldest first."""
        lines = self.page.get_by_test_id("history-line")
        expect(lines).to_have_count(len(commands))
        for line, command in zip(reversed(lines.all()), commands, strict=True):
            expect(line).to_have_attribute("data-command", command)
        return self


NAMESPACES: Final = set(json.loads((AXE.parents[2] / "src" / "i18n" / "nl.json").read_text(encoding="utf-8")))
_KEY: Final = re.compile(r"\b([a-zA-Z]+)\.[a-z][A-Za-z]*(?:\.[A-Za-z_0-9]+)*\b")


def untranslated(page: Page) -> list[str]:
    """Keys of texts that stand on the page instead of their words."""
    text = page.locator("body").inner_text()
    return [found.group() for found in _KEY.finditer(text) if found.group(1) in NAMESPACES]


def too_wide(page: Page) -> bool:
    """Whether one has to scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


_BOTH_SCHEMES: Final = """async tags => {
  const root = document.documentElement, before = root.dataset.mantineColorScheme;
  const found = {};
  for (const scheme of ["light", "dark"]) {
    root.dataset.mantineColorScheme = scheme;
    for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
    found[scheme] = (await axe.run(document, {runOnly: {type: "tag", values: tags}})).violations;
  }
  root.dataset.mantineColorScheme = before;
  for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish();
  return found;
}"""
"""With no colour still on its way."""


def serious_violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now, in both schemes: serious and critical issues, one line each.

    By the rules of WCAG 2.2 AA.
    """
    # Through the debugger, because the content security policy allows no script but the console's own.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, list[dict[str, Any]]] = page.evaluate(_BOTH_SCHEMES, RULES)
    return [
        f"{scheme}: {violation['id']} ({violation['impact']}): {node['html'][:160]}"
        for scheme, violations in found.items()
        for violation in violations
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]
