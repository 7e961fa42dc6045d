"""Every page and dialog, role by role: accessible in both schemes, translated, and a key for each action."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from almere_vision.domain.incident import Role
from almere_vision.domain.priority import Priority
from almere_vision.storage.notices import CameraStatus, Notices
from tests.e2e.console.console_page import ConsolePage, serious_violations, too_wide, untranslated
from tests.integration.api.stack import PASSWORD, ROOT, Stack, suggestion, wait_until
from tests.integration.api.test_api_decisions import give

PAGES: Final = {
    Role.OBSERVER: (
        "/",
        "/cameras",
        "/cameras/grote-markt",
        "/map",
        "/wall",
        "/screens",
        "/handover",
        "/profile",
    ),
    Role.SUPERVISOR: ("/thresholds", "/zones", "/tables", "/signals"),
    Role.CONTROL_ROOM: ("/", "/screens"),
    Role.ENFORCEMENT: ("/",),
    Role.INVESTIGATOR: ("/?view=all",),
    Role.OPERATOR: ("/cameras", "/benchmarks"),
    Role.AUDITOR: ("/audit",),
    Role.ADMINISTRATOR: ("/people",),
}
DIALOGS: Final = {
    "r": "reject-dialog",
    "e": "escalate-dialog",
    "i": "entry-dialog",
    "?": "keys-dialog",
}
"""Of the queue, by the key that opens them."""

INNER: Final = (
    (Role.SUPERVISOR, "/cameras/grote-markt", "open-learn", "p", "preset-look"),
    (Role.SUPERVISOR, "/zones", "zone", "?", "keys-dialog"),
    (Role.SUPERVISOR, "/zones", "zone", "r", "history-of-changes"),
    (Role.CONTROL_ROOM, "/", "detail", "d", "resolve-dialog"),
    (Role.ENFORCEMENT, "/", "detail", "d", "resolve-dialog"),
    (Role.ADMINISTRATOR, "/people", "person-row", "n", "new-username"),
)
"""Role, page, what must be there, and what a key opens then."""

KEYED: Final = {
    "command-": "",  # say their key themselves
    "filter-view": "f",
    "open-keys": "?",
    "sound": "b",
    "load-more": "j",
    "camera-row": "Enter",
    "map-row": "Enter",
    "map-camera": "Enter",
    "handover-told": "Enter",
    "wall-tile": "j",
    "screen": "1",
    "camera-page": "Escape",
    "password-form": "p",  # what shows the letters, reached by Tab
    "change-password": "p",  # then Enter
    "enrol-begin": "n",
    "sign-out-everywhere": "x",
}
"""What stands for an action without showing its key, and the key that does it."""

UNKEYED: Final = """() => [...document.querySelectorAll("main button, main a[href], main [role=button]")]
  .filter((one) => one.checkVisibility() && !one.querySelector("kbd"))
  .map((one) => [one.closest("[data-testid]")?.dataset.testid, one.innerText || one.ariaLabel].join(": "))"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The worked example, a person of each role, and something of each priority."""
    folder = tmp_path_factory.mktemp("every-page")
    stack = Stack(folder, f"sqlite:///{folder / 'almere.db'}")
    stack.api.environment["ALMERE_SITE"] = str(ROOT / "zones" / "almere" / "site.yaml")
    try:
        stack.redis.start()
        for role in PAGES:
            stack.add_person(f"walker-{role.value}", role)
        stack.api.start()
        notices = Notices(stack.redis.url)
        for camera in ("grote-markt", "stationsstraat", "festivalplein"):
            notices.set_camera_status(CameraStatus(camera, camera, "online", datetime.now(UTC), None))
        notices.close()
        now = datetime.now(UTC)
        stack.put(
            *(
                suggestion(f"walk-{one}", camera="grote-markt", priority=one, raised_at=now)
                for one in Priority
            ),
            *(
                suggestion(f"walk-{desk}", camera="grote-markt", raised_at=now)
                for desk in (Role.CONTROL_ROOM, Role.ENFORCEMENT)
            ),
        )
        with stack.signed_in(f"walker-{Role.OBSERVER.value}") as client:
            wait_until(
                lambda: len(client.get("/incidents").json()["items"]) == len(Priority) + 2, "all there"
            )
            for desk in (Role.CONTROL_ROOM, Role.ENFORCEMENT):
                give(client, f"walk-{desk}", "claim", 1)
                give(client, f"walk-{desk}", "escalate", 2, recipient=desk.value, priority="P3")
            assert client.post("/faults", json={"camera": "grote-markt", "what": "spin"}).status_code == 201
        with stack.signed_in(f"walker-{Role.SUPERVISOR.value}") as client:
            assert client.post("/handovers", json={"note": "kermis"}).status_code == 201
        for desk in (Role.CONTROL_ROOM, Role.ENFORCEMENT):
            with stack.signed_in(f"walker-{desk.value}") as client:
                give(client, f"walk-{desk}", "acknowledge", 3)
        yield stack
    finally:
        stack.close()


def clean(page: Page, where: str) -> None:
    assert serious_violations(page) == [], where
    assert untranslated(page) == [], where
    assert not too_wide(page), where


@pytest.mark.answers("503 /api/v1/cameras/grote-markt/snapshots", "404 /api/v1/tables/priorities")
@pytest.mark.parametrize("role", PAGES)
def test_every_page_of_a_role_is_for_everybody(town: Stack, page: Page, role: Role) -> None:
    """No worker makes a picture to draw on, and the site has no table of priorities: both are told."""
    page.set_viewport_size({"width": 1366, "height": 768})
    console = ConsolePage(page, town.api.url).give(f"walker-{role.value}", PASSWORD)
    expect(page.get_by_test_id("person")).to_be_visible()
    unkeyed: dict[str, list[str]] = {}
    for path in PAGES[role]:
        page.goto(town.api.url + path)
        expect(page.get_by_role("heading").first).to_be_visible()
        expect(page.get_by_role("status").and_(page.locator(".mantine-Loader-root"))).to_have_count(0)
        clean(page, path)
        if role is Role.OBSERVER:
            unkeyed[path] = actions_without_a_key(page)
    assert not any(unkeyed.values()), unkeyed
    for of, path, there, key, opened in INNER:
        if of is role:
            page.goto(town.api.url + path)
            expect(page.get_by_test_id(there).first).to_be_visible()
            page.keyboard.press(key)
            expect(page.get_by_test_id(opened).first).to_be_visible()
            clean(page, f"{path} {key}")
    if role is Role.OBSERVER:
        page.goto(town.api.url)
        expect(console.detail).to_be_visible()
        for key, dialog in DIALOGS.items():
            console.press(key)
            expect(page.get_by_test_id(dialog)).to_be_visible()
            clean(page, dialog)
            page.keyboard.press("Escape")
            if dialog == "entry-dialog":  # the first one closed the list of types
                page.keyboard.press("Escape")
            expect(page.get_by_test_id(dialog)).to_have_count(0)


def actions_without_a_key(page: Page) -> list[str]:
    """Buttons and links that show no key and are none of those of which we know which key does the same."""
    found = [one for one in page.evaluate(UNKEYED) if not one.startswith(tuple(KEYED))]
    page.keyboard.press("?")
    listed = page.get_by_test_id("keys-dialog")
    expect(listed).to_be_visible()
    page.keyboard.press("Escape")
    expect(listed).to_have_count(0)
    return found
