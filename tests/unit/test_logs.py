from __future__ import annotations

import contextlib
import io

import pytest
import structlog

from almere_vision.logs import redact, setup_logs


@pytest.mark.parametrize(
    "address",
    ["rtsp://admin:geheim@10.0.0.5/stream", "rtsp://admin:ge@heim@10.0.0.5", "redis://:geheim@host:1/0"],
)
def test_fault_21_no_part_of_a_password_is_left(address: str) -> None:
    told = redact(f"cannot open {address} now")
    assert "heim" not in told.replace("***", "")
    assert told.startswith("cannot open r")
    assert told.endswith(" now")


def test_an_address_without_login_and_an_e_mail_address_stay() -> None:
    text = "see http://example.org/a@b or write to desk@example.org"
    assert redact(text) == text


def test_logging_goes_on_after_a_redirect_of_standard_error_has_ended(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = structlog.get_config()
    try:
        with io.StringIO() as other, contextlib.redirect_stderr(other):
            setup_logs()
        structlog.get_logger().info("still there")
    finally:
        structlog.configure(**before)
    assert "still there" in capsys.readouterr().err
