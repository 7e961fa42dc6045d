"""Make the pictures of the documentation: each page of the console in both languages, people blurred.

    .venv/bin/python scripts/screenshots.py [PAGE ...]

Starts a worker, the API and Redis on the demo clip, in which people are blurred first. Look at what it
wrote to docs/images before you commit it.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import av
import blur_people
import httpx
import invented_past
import numpy as np
import yaml
from PIL import Image
from playwright.sync_api import Browser, Page

from almere_vision.cli.console_bench.browser import chromium
from almere_vision.cli.review_bench import parts
from almere_vision.domain.incident import Role
from almere_vision.storage.database import migrate, open_database
from almere_vision.storage.people import People

ROOT: Final = Path(__file__).resolve().parents[1]
CLIP: Final = ROOT / ".cache" / "footage" / "plaza.mp4"
BLURRED: Final = CLIP.with_name("plaza-blurred.mp4")
IMAGES: Final = ROOT / "docs" / "images"
LANGUAGES: Final = ("nl", "en")
_MOST_BYTES: Final = 150_000
_WAIT_S: Final = 240.0
_LOOK: Final = """([language, scheme]) => {
  localStorage.setItem("almere.language", language); localStorage.setItem("almere.scheme", scheme);
}"""


@dataclass(frozen=True)
class Shot:
    """A picture of a page: who looks, where, what must be there, and keys that open something first."""

    name: str
    role: Role
    path: str
    ready: str
    keys: tuple[str, ...] = ()
    then: str | None = None


NAMES: Final = {
    Role.OBSERVER: "anna",
    Role.SUPERVISOR: "karim",
    Role.OPERATOR: "olga",
    Role.CONTROL_ROOM: "meldkamer",
    Role.ENFORCEMENT: "bea",
    Role.INVESTIGATOR: "ines",
    Role.AUDITOR: "otto",
    Role.ADMINISTRATOR: "sanne",
}

SHOTS: Final = (
    Shot("queue", Role.OBSERVER, "/", "snapshot"),
    Shot("reject", Role.OBSERVER, "/", "snapshot", ("r",), "reject-dialog"),
    Shot("escalate", Role.OBSERVER, "/", "snapshot", ("e",), "escalate-dialog"),
    Shot("entry", Role.OBSERVER, "/", "snapshot", ("i",), "entry-dialog"),
    Shot("keys", Role.OBSERVER, "/", "snapshot", ("?",), "keys-dialog"),
    Shot("cameras", Role.OBSERVER, "/cameras", "live-picture"),
    Shot("camera", Role.OBSERVER, "/cameras/grote-markt", "live-picture"),
    Shot("map", Role.OBSERVER, "/map", "site-map"),
    Shot("wall", Role.OBSERVER, "/wall", "live-picture"),
    Shot("handover", Role.OBSERVER, "/handover", "handover-mine"),
    Shot("screens", Role.CONTROL_ROOM, "/screens", "live-picture"),
    Shot("desk", Role.ENFORCEMENT, "/", "detail"),
    Shot("purpose", Role.INVESTIGATOR, "/?view=all", "detail"),
    Shot("thresholds", Role.SUPERVISOR, "/thresholds", "person"),
    Shot("zones", Role.SUPERVISOR, "/zones", "zone-canvas", ("j",)),
    Shot("tables", Role.SUPERVISOR, "/tables", "table-editor"),
    Shot("signals", Role.SUPERVISOR, "/signals", "signals-found", ("2",)),
    Shot("benchmarks", Role.OPERATOR, "/benchmarks", "benchmark"),
    Shot("people", Role.ADMINISTRATOR, "/people", "person-row"),
    Shot("audit", Role.AUDITOR, "/audit", "audit-line"),
    Shot("profile", Role.OBSERVER, "/profile", "profile-page"),
)

# Parts of the clip, as three cameras: left, top, right and bottom in fractions.
CAMERAS: Final[dict[str, tuple[float, float, float, float]]] = {
    "grote-markt": (0.0, 0.0, 1.0, 1.0),
    "stationsstraat": (0.4, 0.0, 1.0, 0.6),
    "festivalplein": (0.0, 0.1, 0.7, 0.8),
}
BAY: Final = [[0.81, 0.09], [0.93, 0.06], [1.0, 0.06], [1.0, 0.20], [0.82, 0.20]]


def main(only: list[str]) -> None:
    if not BLURRED.is_file():
        print("blurring people")
        partial = BLURRED.with_name("blurred.partial.mp4")
        blur_people.main(CLIP, partial)
        partial.replace(BLURRED)
    with parts.scratch() as folder, _stack(folder) as (url, passwords):
        _live(url, passwords)
        engine = open_database(_database(folder))
        invented_past.invent(engine)
        engine.dispose()
        with chromium() as browser:
            for role in dict.fromkeys(shot.role for shot in SHOTS):
                chosen = [shot for shot in SHOTS if shot.role is role and (not only or shot.name in only)]
                if chosen:
                    _take(browser, url, role, passwords[role], chosen)


@contextmanager
def _stack(folder: Path) -> Iterator[tuple[str, dict[Role, str]]]:
    """A running installation; its address, and the password of the person of each role."""
    port = parts.free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        "ALMERE_DATA_DIR": str(folder),
        "ALMERE_SITE": str(_write_site(folder)),
        "ALMERE_API_PORT": str(port),
        "ALMERE_CLAIM_S": "3600",
        "ALMERE_REPORTS_DIR": str(_reports(folder)),
    }
    engine = open_database(_database(folder))
    migrate(engine)
    people, passwords = People(engine), {}
    for role, name in NAMES.items():
        passwords[role] = os.urandom(12).hex()
        people.add(name, passwords[role], role)
    people.add("bram", os.urandom(12).hex(), Role.OBSERVER)
    engine.dispose()
    worker = [sys.executable, "-m", "almere_vision", "worker"]
    with (
        parts.redis(folder),
        parts.running(
            parts.api_command(), folder / "api.log", parts.answers(f"{url}/healthz"), **environment
        ),
        parts.running(worker, folder / "worker.log", lambda: True, **environment),
    ):
        yield url, passwords


def _database(folder: Path) -> str:
    return f"sqlite:///{folder / 'almere.db'}"


def _reports(folder: Path) -> Path:
    """Two reports of the demo clip to show and compare."""
    reports = folder / "reports"
    for name, more in (("demo", ()), ("demo-fast", ("--fast",))):
        command = [sys.executable, "-m", "almere_vision", "eval", "run", "eval/suites/demo.yaml", *more]
        subprocess.run([*command, "--out", reports / name], cwd=ROOT, check=True, capture_output=True)
    return reports


def _write_site(folder: Path) -> Path:
    """The worked example of Almere, with parts of the clip for its cameras."""
    site = yaml.safe_load((ROOT / "zones" / "almere" / "site.yaml").read_text())
    for camera in site["cameras"]:
        left, top, right, bottom = CAMERAS[camera["id"]]
        _cut(folder / f"{camera['id']}.mp4", CAMERAS[camera["id"]])
        bay = [
            [min(1.0, (x - left) / (right - left)), (y - top) / (bottom - top)]
            for x, y in BAY
            if left <= x <= right and top <= y <= bottom
        ]
        zones: list[dict[str, Any]] = [
            {
                "id": "plein",
                "polygon": [[0.05, 0.45], [0.6, 0.35], [0.95, 0.55], [0.9, 0.95], [0.1, 0.95]],
                "rules": {"loitering": {"people": 3, "limit_s": 300, "within_m": 2}},
            }
        ]
        if len(bay) == len(BAY):
            zones.append({"id": "laadplek", "polygon": bay, "rules": {"parking": {"limit_s": 10}}})
        made = {"camera": camera["id"], "presets": [{"id": "home", "zones": zones}]}
        (folder / f"{camera['id']}.yaml").write_text(yaml.safe_dump(made, sort_keys=False))
        camera |= {"source": f"{camera['id']}.mp4", "play": True, "zones": f"{camera['id']}.yaml"}
    site |= {"priorities": "priorities.yaml", "protocol": "protocol.yaml"}
    (folder / "priorities.yaml").write_text(
        "rows:\n"
        "  - {kind: parking, camera: stationsstraat, priority: P2}\n"
        "  - {kind: parking, priority: P3}\n"
    )
    (folder / "protocol.yaml").write_text(
        "recipients:\n  city_wardens: {on_duty: [{from: '10:00', to: '18:00'}]}\n"
        "routes:\n  - {kind: fight, to: [control_room, police]}\n  - {priority: P3, to: [enforcement]}\n"
    )
    path = folder / "site.yaml"
    path.write_text(yaml.safe_dump(site, sort_keys=False, allow_unicode=True))
    return path


def _cut(target: Path, part: tuple[float, float, float, float]) -> None:
    with av.open(str(BLURRED)) as source, av.open(str(target), "w") as container:
        read = source.streams.video[0]
        width_px, height_px = read.width, read.height
        stream = container.add_stream("libx264", rate=10, options={"crf": "20", "g": "10"})
        stream.width, stream.height, stream.pix_fmt = width_px, height_px, "yuv420p"
        box = tuple(round(side * size) for side, size in zip(part, (width_px, height_px) * 2, strict=True))
        for frame in source.decode(read):
            picture = frame.to_image().crop(box).resize((width_px, height_px), Image.Resampling.LANCZOS)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")))
        container.mux(stream.encode(None))


@contextmanager
def _session(url: str, role: Role, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30) as client:
        told = client.post("/session", json={"username": NAMES[role], "password": password})
        client.headers["X-CSRF-Token"] = told.raise_for_status().json()["csrf_token"]
        yield client


def _live(url: str, passwords: dict[Role, str]) -> None:
    """Something happens: suggestions come, one is claimed, one told to the desk, cameras go on screens."""
    with _session(url, Role.OBSERVER, passwords[Role.OBSERVER]) as client:
        deadline_s = time.monotonic() + _WAIT_S
        while len(items := client.get("/incidents").json()["items"]) < 4:
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"{len(items)} suggestions in {_WAIT_S:.0f} s")
            time.sleep(1)
        calm = [one for one in items if one["suggested_priority"] == "P3"]
        _give(client, calm[0], "escalate", recipient="enforcement", priority="P3")
        client.post(f"/incidents/{calm[1]['id']}/claim", json={"version": calm[1]["version"]})
        for screen, camera in ((1, "grote-markt"), (2, "stationsstraat")):
            client.put(f"/screens/{screen}", json={"camera": camera}).raise_for_status()
        client.post(
            "/faults", json={"camera": "grote-markt", "what": "spinnenweb voor de lens", "ticket": "HD-2041"}
        )
    with _session(url, Role.SUPERVISOR, passwords[Role.SUPERVISOR]) as client:
        client.post("/handovers", json={"to": None, "note": "Markt tot zes uur; kramen op het plein."})


def _give(client: httpx.Client, incident: dict[str, Any], command: str, **more: str) -> None:
    address = f"/incidents/{incident['id']}"
    told = client.post(f"{address}/claim", json={"version": incident["version"]}).raise_for_status().json()
    client.post(f"{address}/{command}", json={"version": told["version"], **more}).raise_for_status()


def _take(browser: Browser, url: str, role: Role, password: str, shots: list[Shot]) -> None:
    context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="nl-NL")
    page = context.new_page()
    page.goto(url)
    if role is Role.OBSERVER:
        _save(page, "sign-in")
    page.get_by_test_id("username").fill(NAMES[role])
    page.get_by_test_id("password").fill(password)
    page.get_by_test_id("submit").click()
    page.get_by_test_id("person").wait_for()
    for shot in shots:
        _save(page, shot.name, f"{url}{shot.path}", shot)
    context.close()


def _save(page: Page, name: str, address: str | None = None, shot: Shot | None = None) -> None:
    for language in LANGUAGES:
        page.evaluate(_LOOK, [language, "dark"])
        page.reload() if address is None else page.goto(address)
        if shot is not None:
            page.get_by_test_id(shot.ready).first.wait_for()
        page.wait_for_timeout(2500)  # pictures, a clip that plays, and what moves in
        for key in shot.keys if shot is not None else ():
            page.keyboard.press(key)
        if shot is not None and shot.then is not None:
            page.get_by_test_id(shot.then).wait_for()
        page.wait_for_timeout(500)
        _write(page.screenshot(), IMAGES / language / f"{name}.webp")
        page.keyboard.press("Escape")


def _write(png: bytes, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (88, 80, 70, 60):
        picture.save(target, "WEBP", quality=quality, method=6)
        if target.stat().st_size <= _MOST_BYTES:
            break
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size // 1000} kB", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
