"""The file about the identity provider."""

from __future__ import annotations

from pathlib import Path

import pytest

from almere_vision.domain.errors import SettingsError
from almere_vision.domain.incident import EVERYTHING, Role, Scope
from almere_vision.domain.suggestion import Kind
from almere_vision.identity.terms import Terms, load_terms
from almere_vision.review.sight import SCOPES

FILE = """
issuer: https://login.city.example/realms/city
console: https://cctv.city.example/
client_id: almere-vision
secret_env: SSO_SECRET
scopes: [openid, profile, groups]
groups_claim: realm_access.roles
second_factor: {amr: [mfa]}
label: {nl: Via de gemeente, en: Through the city}
groups:
  - {group: chiefs, role: supervisor}
  - {group: wardens, role: enforcement}
  - {group: watchers, role: observer, cameras: [plaza-1], kinds: [loitering]}
"""
SECRET = "s3cret-7141"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "provider.yaml"
    made.write_text(FILE)
    return made


def load(path: Path) -> Terms:
    return load_terms(path, {"SSO_SECRET": f"{SECRET}\n"})


def test_what_stands_in_the_file(path: Path) -> None:
    terms = load(path)

    assert terms.redirect_uri == "https://cctv.city.example/api/v1/session/sso/return"
    assert terms.client_secret.get_secret_value() == SECRET
    assert (terms.prompt, terms.amr, terms.acr) == ("login", {"mfa"}, frozenset())
    assert SECRET not in repr(terms)


def test_the_first_group_that_fits_counts(path: Path) -> None:
    terms = load(path)

    both, wardens, watchers = map(terms.grant, (["watchers", "chiefs"], ["wardens"], ["watchers"]))

    assert both is not None
    assert (both.role, both.scope) == (Role.SUPERVISOR, EVERYTHING)
    assert wardens is not None
    assert wardens.scope == SCOPES[Role.ENFORCEMENT]
    assert watchers is not None
    assert watchers.scope == Scope(frozenset({"plaza-1"}), frozenset({Kind.LOITERING}))
    assert terms.grant(["Watchers", "chief", ""]) is None


def test_the_secret_may_lie_in_a_file(path: Path) -> None:
    path.write_text(FILE.replace("secret_env: SSO_SECRET", "secret_file: own.secret"))
    with pytest.raises(SettingsError, match=r"own\.secret"):
        load(path)
    (path.parent / "own.secret").write_text(f"{SECRET}\n")
    assert load(path).client_secret.get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("https://login", "ftp://login", "only https:"),
        ("https://login.city.example/realms/city", "https://169.254.169.254/x", "link-local"),
        ("https://cctv.city.example/", "https://cctv.city.example/console", "has no path"),
        ("console: https://cctv.city.example/\n", "", "`console` is missing"),
        ("secret_env: SSO_SECRET\n", "", "one of both"),
        ("client_id:", "client_secret: x\nclient_id:", "not known here"),
        ("[openid, profile, groups]", "[profile]", "holds openid"),
        ("role: supervisor", "role: system", "unknown role 'system'"),
        ("role: supervisor", "role: boss", "unknown role 'boss': known are administrator"),
        ("[loitering]", "[walking]", "unknown kind 'walking'"),
        ("secret_env: SSO_SECRET", "secret_env: OTHER", "OTHER holds no secret"),
    ],
)
def test_what_is_wrong_is_told_without_the_secret(path: Path, old: str, new: str, said: str) -> None:
    assert old in FILE
    path.write_text(FILE.replace(old, new, 1))
    with pytest.raises(SettingsError, match=said) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert SECRET not in str(caught.value)
