"""The whole product as `almere demo` starts it, and a real Chromium in front of it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def wait_for(condition: Callable[[], object], within_s: float, what: str) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}"
        time.sleep(0.1)


@dataclass
class Demo:
    """A running demo."""

    process: subprocess.Popen[str]
    data_dir: Path
    address: str
    passwords: dict[str, str]

    def pids(self) -> dict[str, int]:
        return dict(json.loads((self.data_dir / "parts.json").read_text()))

    def kill(self, part: str) -> None:
        """SIGKILL a part, and wait until another has taken its place."""
        before = self.pids()[part]
        os.kill(before, signal.SIGKILL)
        wait_for(lambda: self.pids()[part] != before, 20, f"another {part}")
        wait_for(lambda: psutil.pid_exists(self.pids()[part]), 5, f"{part} runs")


def start_demo(data_dir: Path, *words: str) -> Demo:
    with (data_dir / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "almere_vision", "demo", "--port", "0", *words],
            env={**os.environ, "ALMERE_DATA_DIR": str(data_dir)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    said = ""
    while "Ctrl-C" not in said:
        line = process.stdout.readline()
        assert line, f"the demo ended: {said}\n{(data_dir / 'log').read_text()[-3000:]}"
        said += line
    address = re.search(r"http://\S+", said)
    assert address is not None
    passwords = dict(re.findall(r"sign in as (\S+)\s+password (\S+)", said))
    return Demo(process, data_dir, address.group(), passwords)


def stop_demo(demo: Demo) -> None:
    demo.process.terminate()
    demo.process.wait(30)
    assert demo.process.stdout is not None
    demo.process.stdout.close()


@pytest.fixture
def demo() -> Iterator[Demo]:
    """A fresh demo in a short path, because a unix socket lies in it."""
    data_dir = Path(tempfile.mkdtemp(prefix="almere-", dir="/tmp"))
    running = start_demo(data_dir)
    yield running
    stop_demo(running)
    shutil.rmtree(data_dir)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "Chromium is needed: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


def told(line: ConsoleMessage) -> str:
    """As `401 /api/v1/session` where an answer is told as an error, else as the browser has it."""
    status = re.search(r"responded with a status of (\d+)", line.text)
    return line.text if status is None else f"{status.group(1)} {urlsplit(line.location['url']).path}"


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in Dutch; any error on its console fails the test, unless the test says that it expects it."""
    context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="nl-NL")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(told(line)) if line.type == "error" else None)
    yield page
    context.close()
    if "outage" in request.keywords:
        errors = [text for text in errors if not re.match(r"Failed to load resource|net::ERR|\d{3} /", text)]
    asked_for = request.node.get_closest_marker("answers")
    errors = [text for text in errors if asked_for is None or text not in asked_for.args]
    assert not errors, errors
