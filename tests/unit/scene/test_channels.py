"""Channels of a site: what a file may say, and what is wrong with one, by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from almere_vision.domain.delivery import (
    ChannelKind,
    HttpTarget,
    MailSecurity,
    MailTarget,
    MqttTarget,
)
from almere_vision.domain.errors import ZoneFileError
from almere_vision.domain.incident import Recipient
from almere_vision.scene.files import check, load_channels, load_site

GOOD = """\
channels:
  - name: desk
    kind: webhook
    recipients: [enforcement, city_wardens]
    url: https://desk.example/hook
    secret_env: DESK_KEY
  - name: mail
    kind: email
    recipients: [enforcement]
    host: mail.example
    from: almere@city.example
    to: [balie@desk.example]
    user: almere
    secret_env: MAIL_PASSWORD
  - {name: cap, kind: cap, recipients: [police], url: "https://cap.example/", sender: vision@city.example}
  - {name: bus, kind: cap, recipients: [police], host: mqtt.example, topic: cap/almere, exercise: true}
  - {name: plain, kind: mqtt, recipients: [police], host: 10.20.0.4, topic: almere, tls: false, language: en}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "channels.yaml"
    path.write_text(text)
    return path


def test_every_kind_is_read(tmp_path: Path) -> None:
    desk, mail, cap, bus, plain = load_channels(write(tmp_path, GOOD))

    assert desk.target == HttpTarget("https://desk.example/hook", "DESK_KEY")
    assert desk.recipients == {Recipient.ENFORCEMENT, Recipient.CITY_WARDENS}
    assert mail.target == MailTarget(
        "mail.example",
        587,
        MailSecurity.STARTTLS,
        "almere@city.example",
        ("balie@desk.example",),
        "almere",
        "MAIL_PASSWORD",
    )
    assert (cap.kind, cap.sender, cap.target) == (
        ChannelKind.CAP,
        "vision@city.example",
        HttpTarget("https://cap.example/", None),
    )
    assert (bus.exercise, bus.target) == (
        True,
        MqttTarget("mqtt.example", 8883, True, "cap/almere", None, None),
    )
    assert (plain.language, plain.target) == (
        "en",
        MqttTarget("10.20.0.4", 1883, False, "almere", None, None),
    )
    assert check(tmp_path / "channels.yaml") == []


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("https://desk.example/hook", "file:///etc/passwd", 5, "only https:"),
        ("https://desk.example/hook", "https://user:geheim@desk.example/", 5, "does not belong"),
        ("https://desk.example/hook", "https://0x7f000001/", 5, "not a plain IP address"),
        ("https://desk.example/hook", "https://169.254.169.254/", 5, "link-local"),
        ("    secret_env: DESK_KEY\n", "", 2, "always signed"),
        ("secret_env: DESK_KEY", "secret_env: whsec_MDEy=", 6, ""),
        ("kind: webhook", "kind: pigeon", 3, ""),
        ("[enforcement, city_wardens]", "[fire]", 4, "unknown recipient 'fire'"),
        ("[enforcement, city_wardens]", "[]", 4, "empty"),
        ("name: mail", "name: desk", 7, "used twice"),
        ("    host: mail.example\n", "", 7, "host, from, to"),
        ("    user: almere\n", "", 7, "go together"),
        ("host: mail.example", "host: 0x7f.1", 10, "not a plain IP address"),
        ("balie@desk.example", "balie@desk.example\\nBcc: x", 12, ""),
        ("from: almere@city.example", "url: https://x.example/", 7, "a channel of kind email"),
    ],
)
def test_what_is_wrong_is_told_by_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))

    problems = check(path)

    assert line in [problem.line for problem in problems], problems
    assert any(words in problem.message for problem in problems)
    with pytest.raises(ZoneFileError):
        load_channels(path)


def test_a_site_names_its_channels_and_is_checked_with_them(tmp_path: Path) -> None:
    (tmp_path / "zones.yaml").write_text(
        "camera: a\npresets:\n  - id: home\n    zones:\n      - id: z\n"
        "        polygon: [[0, 0], [1, 0], [1, 1]]\n        rules: {parking: {limit_s: 60}}\n"
    )
    site = tmp_path / "site.yaml"
    site.write_text(
        "site: s\nname: S\nchannels: channels.yaml\n"
        "cameras:\n  - {id: a, name: A, source: a.mp4, play: true, zones: zones.yaml}\n"
    )
    assert [(one.file.name, one.line) for one in check(site)] == [("site.yaml", 3)]
    write(tmp_path, GOOD.replace("kind: webhook", "kind: pigeon"))
    assert [(one.file.name, one.line) for one in check(site)] == [("channels.yaml", 3)]
    write(tmp_path, GOOD)
    assert check(site) == []
    assert load_site(site).channels == tmp_path / "channels.yaml"
