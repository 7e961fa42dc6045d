"""`almere audit`: verify the audit log, and export it."""

from __future__ import annotations

import getpass
import json
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from almere_vision.config import Settings, load_settings
from almere_vision.domain.audit import Action, Entry, Subject, moment
from almere_vision.domain.errors import InputError, StorageError

if TYPE_CHECKING:
    from almere_vision.storage.audit import Audit
    from almere_vision.storage.verify import Report

app = typer.Typer(help="The audit log.", no_args_is_help=True)


class Format(StrEnum):
    """How lines are written."""

    LINES = "lines"
    VNG = "vng"


def _audit(settings: Settings) -> Audit:
    from almere_vision.storage.audit import Audit
    from almere_vision.storage.database import migrate, open_database

    engine = open_database(settings.database())
    migrate(engine)
    return Audit(engine)


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> None:
    """Hold the log against its hashes and pins. Exit code 0: fine, 1: not, 2: cannot be read."""
    from almere_vision.storage.verify import verify as hold

    settings, began = load_settings(), time.monotonic()
    try:
        report = hold(_audit(settings), settings.audit_dirs)
    except StorageError as error:
        raise InputError(str(error)) from None  # exit code 2
    _tell(report, time.monotonic() - began, as_json)
    if report.counts:
        raise typer.Exit(1)


def _tell(report: Report, took_s: float, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(report) | {"ok": not report.counts, "took_s": round(took_s, 3)}))
        return
    for finding in report.findings:
        typer.echo(f"{finding.what}: {finding.text}")
    more = report.counts.total() - len(report.findings)
    if more:
        typer.echo(f"and {more} more")
    verdict = "not as it was written" if report.counts else "as it was written"
    typer.echo(f"{report.lines} lines held against {report.pins} pins: {verdict} ({took_s:.1f} s)")


@app.command()
def export(
    since: Annotated[datetime, typer.Option("--from", help="At or after, UTC: 2026-01-31 or with a time.")],
    until: Annotated[datetime, typer.Option("--to", help="Before, UTC.")],
    form: Annotated[Format, typer.Option("--format", help="Our own lines, or Verwerkingenlogging.")] = (
        Format.LINES
    ),
    out: Annotated[Path | None, typer.Option(help="A new file; else standard output.")] = None,
) -> None:
    """Write lines of the log as JSON lines, oldest first. The export itself is audited."""
    from almere_vision.storage.audit import AuditQuery, exported
    from almere_vision.storage.vng import Organisation, processing_action

    settings = load_settings()
    since, until = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    if since >= until:
        raise InputError("--from lies after --to: nothing to export")
    organisation = None
    if form is Format.VNG:
        organisation = Organisation.of(settings)  # before anything is written: it may be missing
    try:
        target = sys.stdout if out is None else out.open("x", encoding="utf-8")
    except OSError as error:
        raise InputError(f"{out}: {error.strerror}") from None
    audit = _audit(settings)
    span = f"{moment(since)}/{moment(until)}"
    details: dict[str, str | int | bool | None] = {"format": form.value}
    audit.append(
        Entry(
            datetime.now(UTC), getpass.getuser()[:64], "system", Action.EXPORT, Subject.EXPORT, span,
            details=details,
        )
    )  # fmt: skip
    for line in audit.lines(AuditQuery(since=since, until=until)):
        told = exported(line) if organisation is None else processing_action(line, organisation)
        target.write(json.dumps(told, ensure_ascii=False) + "\n")
    target.flush()
    if out is not None:
        target.close()
