"""Wait until a running demo shows a suggestion, and say how long that took. Standard library only.

    await_suggestion.py ADDRESS LOG [LIMIT_S]

LOG is a file with what the demo prints; the password is read from it.
"""

from __future__ import annotations

import http.cookiejar
import json
import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


def first_suggestion(address: str, log: Path, limit_s: float) -> str:
    """One line about the first suggestion; raises `TimeoutError` when none came in time."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    began_s, signed_in = time.monotonic(), False
    while time.monotonic() - began_s < limit_s:
        password = re.search(r"observer\s+password (\S+)", log.read_text(errors="replace"))
        try:
            if password and not signed_in:
                order = json.dumps({"username": "observer", "password": password[1]}).encode()
                kind = {"Content-Type": "application/json"}
                opener.open(urllib.request.Request(f"{address}/api/v1/session", order, kind), timeout=5)  # noqa: S310
                signed_in = True
            if signed_in:
                with opener.open(f"{address}/api/v1/incidents", timeout=5) as answer:
                    items = json.load(answer)["items"]
                if items:
                    return (
                        f"{items[0]['kind']} in {items[0]['zone']}, after {time.monotonic() - began_s:.0f} s"
                    )
        except (urllib.error.URLError, OSError):
            pass  # not up yet
        time.sleep(0.5)
    raise TimeoutError(f"no suggestion in {limit_s:.0f} s")


if __name__ == "__main__":
    words = sys.argv[1:]
    try:
        print(first_suggestion(words[0], Path(words[1]), float(words[2]) if len(words) > 2 else 600))
    except TimeoutError as error:
        sys.exit(str(error))
