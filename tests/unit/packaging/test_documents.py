"""Links in the documentation lead somewhere, and every page of it can be found from its index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGES = ("README.md", "CHANGELOG.md", "docs/**/*.md", "models/*/README.md")


def links(page: Path) -> Iterator[Path]:
    """Files that a page links to, without addresses on the web and anchors in itself."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path = target.partition("#")[0]
        if path and "://" not in path:
            yield (page.parent / path).resolve()


@pytest.mark.parametrize("pattern", PAGES)
def test_links_lead_somewhere(root: Path, pattern: str) -> None:
    pages = sorted(root.glob(pattern))

    assert pages
    broken = [
        f"{page.relative_to(root)}: {link}" for page in pages for link in links(page) if not link.exists()
    ]
    assert broken == []


def test_every_page_is_in_the_index(root: Path) -> None:
    docs = root.resolve() / "docs"
    indexed = set(links(docs / "README.md"))

    assert set(docs.rglob("*.md")) - indexed == {docs / "README.md"}
