"""A real Chromium before the console, and the script in the page that says when a result is on the screen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from almere_vision.cli.console_bench.stage import Stage
from almere_vision.domain.errors import SettingsError

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, StorageState, ViewportSize

_SCREEN: Final[ViewportSize] = {"width": 1920, "height": 1080}
_PATIENCE_MS: Final = 30_000.0
_FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# The clock starts at the time stamp of the key event. Once a frame it is looked whether the result is there;
# that frame is painted before the next task runs, and that task stops the clock.
_WATCH: Final = """(() => {
  const find = (id) => document.querySelector(`[data-testid="${id}"]`);
  const inSight = (card) => {
    const list = find("queue").getBoundingClientRect(), own = card.getBoundingClientRect();
    return own.height > 0 && own.top >= list.top - 1 && own.bottom <= list.bottom + 1;
  };
  const looks = {
    moved: (before) => {
      const card = document.querySelector('[data-testid="card"][aria-selected="true"]');
      const shown = find("detail")?.dataset.incident;
      return shown !== before && card?.dataset.incident === shown && inSight(card);
    },
    state: (state) => find("detail")?.dataset.state === state,
    shown: (id) => find(id) !== null,
    counted: (count) => document.body.dataset.count === String(count),
  };
  const afterPaint = (tell) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => tell(performance.now());
    channel.port2.postMessage(null);
  };
  const untilShown = (is, tell) =>
    requestAnimationFrame(() => (is() ? afterPaint(tell) : untilShown(is, tell)));
  let armed = null;
  window.addEventListener("keydown", (event) => {
    if (armed === null) return;
    const { is, tell } = armed;
    armed = null;
    untilShown(is, (atMs) => tell(atMs - event.timeStamp));
  }, { capture: true });
  window.bench = {
    answer: null,
    firstCard: null,
    arm(look, value) {
      this.answer = null;
      armed = { is: () => looks[look](value), tell: (ms) => (this.answer = ms) };
    },
  };
  untilShown(() => find("card") !== null, (atMs) => (window.bench.firstCard = atMs));
})()"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window.

    Raises:
        SettingsError: Playwright or Chromium is missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise SettingsError("bench console needs a browser: pip install 'playwright>=1.55'") from None
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise SettingsError("bench console needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        yield browser
        browser.close()


@dataclass(frozen=True)
class Desk:
    """A browser in which an observer has signed in."""

    browser: Browser
    signed_in: StorageState

    @contextmanager
    def page(self) -> Iterator[Page]:
        """A page, with nothing in its cache."""
        context = self.browser.new_context(viewport=_SCREEN, locale="nl-NL", storage_state=self.signed_in)
        context.set_default_timeout(_PATIENCE_MS)
        context.add_init_script(_WATCH)
        yield context.new_page()
        context.close()


def sign_in(browser: Browser, stage: Stage) -> Desk:
    """Through the form, as a person does."""
    context = browser.new_context(viewport=_SCREEN)
    page = context.new_page()
    page.goto(stage.url)
    page.get_by_test_id("username").fill(stage.person)
    page.get_by_test_id("password").fill(stage.password)
    page.get_by_test_id("submit").click()
    page.get_by_test_id("live").wait_for()
    state = context.storage_state()
    context.close()
    return Desk(browser, state)


def key_ms(page: Page, key: str, look: str, value: str) -> float:
    """Press a key; milliseconds until the frame that shows its result.

    Args:
        look: `moved` from incident `value`, `state` is `value` now, an element `value` is `shown`, or the
            bare page has `counted` so many keys.
    """
    page.evaluate("([look, value]) => window.bench.arm(look, value)", [look, value])
    page.keyboard.press(key)
    return answer(page, "answer")


def answer(page: Page, name: str) -> float:
    """What the script in the page measured, in ms: `answer` to the key, or `firstCard`.

    Raises:
        AlmereError: it was not on the screen within half a minute.
    """
    page.wait_for_function("name => window.bench[name] !== null", arg=name)
    return float(page.evaluate("name => window.bench[name]", name))
