"""The console is served from its folder and from nowhere else (fault 17)."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi import FastAPI

from api.console import Console
from api.main import routed_app
from tests.unit.api.conftest import Call, problem_of

PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>console</title>")
    (folder / "assets" / "app-1a2b.js").write_text("start()")
    (tmp_path / "secret.txt").write_text("geheim")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def application(folder: Path) -> FastAPI:
    app = routed_app()
    app.router.default = Console(folder)
    return app


def test_paths_of_the_console_lead_to_its_page(call: Call, built: Path) -> None:
    for path in ("/", "/queue", "/incidents/plaza-1.7"):
        response = call(application(built), "GET", path, headers=PAGE)
        assert (response.status_code, response.text) == (200, "<title>console</title>")
        assert response.headers["Cache-Control"] == "no-cache"
        assert response.headers["Content-Type"].startswith("text/html")


def test_hashed_files_may_be_kept_for_ever(call: Call, built: Path) -> None:
    response = call(application(built), "GET", "/assets/app-1a2b.js")
    assert response.text == "start()"
    assert "immutable" in response.headers["Cache-Control"]


def test_a_missing_part_of_a_page_is_not_the_page(call: Call, built: Path) -> None:
    response = call(application(built), "GET", "/assets/old-9f.js", headers={"Accept": "*/*"})
    assert (problem_of(response), response.status_code) == ("not_found", 404)


@pytest.mark.parametrize(
    "path",
    ["/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/..%2f..%2fsecret.txt", "/link.txt",
     "/secret.txt%00.js", "//secret.txt", "/%2fetc/passwd", "/..%5csecret.txt", "/" + "a" * 5000 + ".js"],
)  # fmt: skip
def test_fault_17_nothing_outside_the_folder_is_served(call: Call, built: Path, path: str) -> None:
    response = call(application(built), "GET", path)
    assert response.status_code == 404 or response.text == "<title>console</title>"
    assert "geheim" not in response.text


def test_an_unknown_address_of_the_api_is_a_problem_also_for_a_browser(call: Call, built: Path) -> None:
    response = call(application(built), "GET", "/api/v1/nothing", headers=PAGE)
    assert (problem_of(response), response.status_code) == ("not_found", 404)


def test_a_known_address_of_the_api_says_which_methods_it_takes(call: Call, built: Path) -> None:
    response = call(application(built), "GET", "/api/v1/incidents/x/claim")
    assert (problem_of(response), response.headers["Allow"]) == ("method_not_allowed", "POST")


def test_nothing_can_be_sent_to_the_console(call: Call, built: Path) -> None:
    assert problem_of(call(application(built), "POST", "/queue")) == "method_not_allowed"


def test_without_a_console_there_is_a_hint_and_the_rest_works(call: Call, tmp_path: Path) -> None:
    app = application(tmp_path / "nowhere")
    response = call(app, "GET", "/", headers=PAGE)
    assert (problem_of(response), response.status_code) == ("not_found", 404)
    assert "not built" in response.json()["detail"]
    assert call(app, "GET", "/healthz").json() == {"status": "ok"}


def test_a_console_that_is_built_later_is_served(call: Call, built: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    app = application(later)
    assert call(app, "GET", "/").status_code == 404
    built.rename(later)
    assert call(app, "GET", "/").text == "<title>console</title>"
