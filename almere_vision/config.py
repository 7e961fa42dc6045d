"""Settings of one installation: environment variables that start with ALMERE_, or a `.env` file."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from almere_vision.domain.errors import SettingsError
from almere_vision.domain.incident import Role
from almere_vision.domain.network import Network


def share_dir() -> Path:
    """Where models, zones and the console lie: the checkout, or `share/` of an installed wheel."""
    checkout = Path(__file__).resolve().parents[1]
    if (checkout / "pyproject.toml").is_file():
        return checkout
    return Path(sysconfig.get_path("data")) / "share" / "almere-vision"


def _split(text: object) -> object:
    return [part.strip() for part in text.split(",") if part.strip()] if isinstance(text, str) else text


class Settings(BaseSettings):
    """All settings, with what they mean; `almere settings` prints them without secrets."""

    model_config = SettingsConfigDict(env_prefix="ALMERE_", env_file=".env", extra="ignore")

    data_dir: Path = Field(Path(".almere"), description="Where state is kept: database, blobs, spool.")
    share_dir: Path = Field(default_factory=share_dir, description="Where models, zones and console lie.")
    blobs_url: str | None = Field(
        None,
        description="Where snapshots and clips go: a folder, or s3://bucket/prefix; by default in data_dir.",
    )
    s3_endpoint: str | None = Field(
        None, description="Address of an S3 server of one's own, https://host:port; by default Amazon."
    )
    site: Path | None = Field(None, description="The site file (zones/<site>/site.yaml).")

    camera_secrets: Path | None = Field(
        None,
        description="File of NAME=value lines for ${NAME} in addresses of cameras; else the environment.",
    )

    redis_url: SecretStr | None = Field(None, description="redis:// or unix:// address of the queue.")
    database_url: SecretStr | None = Field(
        None, description="sqlite:///file or postgresql+psycopg://...; by default SQLite in data_dir."
    )

    model: str = Field("nanodet-416", description="Name of a model in the store, or path of a network.")
    fight_model: str = Field(
        "fight-motion", description="Classifier of fights in the store; empty to look for no fights."
    )
    backend: Literal["auto", "openvino", "onnxruntime", "ultralytics"] = "auto"
    detect_fps: Annotated[float, Field(gt=0, le=30)] | None = Field(
        None, description="Pictures per second and camera that go to the detector; else what its rules need."
    )
    threads: Annotated[int, Field(ge=0)] = Field(
        0, description="Inference threads; 0 lets the runtime choose."
    )
    precision: Literal["exact", "fast"] = Field(
        "fast", description="How the worker computes: as fast as this processor can, or the same everywhere."
    )
    keep_alive_s: Annotated[float, Field(gt=0, le=60)] | None = Field(
        4.0, description="A picture on which nothing moves is looked at again after so long; none: always."
    )

    ring_s: Annotated[float, Field(ge=2, le=120)] = Field(20.0, description="Packets kept per camera.")
    offline_after_s: Annotated[float, Field(ge=1, le=10)] = Field(
        8.0, description="A camera without a picture for so long is offline."
    )
    spool_mb: Annotated[int, Field(ge=1)] = Field(256, description="Disk spool while Redis is away, MiB.")

    worker_cameras: Annotated[int, Field(ge=0)] = Field(
        0,
        description="Most cameras that this worker takes of the site; 0 shares all equally with the others.",
    )
    lease_s: Annotated[float, Field(ge=3, le=20)] = Field(
        12.0, description="The cameras of a worker that is not heard of for so long go to others."
    )

    detections_days: Annotated[int, Field(ge=0, le=90)] = Field(
        0,
        description="Boxes of what was seen are kept for so many days, for dry runs of zones; 0 keeps none.",
    )

    reports_dir: Path | None = Field(
        None, description="Folder of the reports of `almere eval` that operators see in the console."
    )

    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        None, description="Where the worker serves /metrics, /healthz and /readyz; else nowhere."
    )

    api_host: str = "127.0.0.1"
    api_port: Annotated[int, Field(ge=0, le=65535)] = 8080
    secure_cookie: bool = Field(True, description="Session cookie over HTTPS only.")
    session_hours: Annotated[float, Field(gt=0, le=24)] = Field(
        10.0, description="A session ends after so long."
    )
    session_idle_minutes: Annotated[float, Field(ge=2, le=1440)] = Field(
        60.0, description="A session of which nothing is heard for so long ends."
    )
    session_requests_per_minute: Annotated[int, Field(ge=0)] = Field(
        1_200, description="Requests that one session may send; 0 sets no limit."
    )
    address_requests_per_minute: Annotated[int, Field(ge=0)] = Field(
        12_000, description="Requests that may come from one address; 0 sets no limit."
    )
    session_pictures_per_minute: Annotated[int, Field(ge=0)] = Field(
        4_000, description="Live pictures that one session may ask for; 0 sets no limit."
    )
    address_pictures_per_minute: Annotated[int, Field(ge=0)] = Field(
        40_000, description="Live pictures that one address may ask for; 0 sets no limit."
    )
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_split)] = Field(
        (), description="Networks of proxies whose X-Forwarded-For is believed, with commas between."
    )
    totp_roles: Annotated[frozenset[Role], NoDecode, BeforeValidator(_split)] = Field(
        frozenset(), description="Roles that must have a second factor, with commas between."
    )
    secret_key_file: Path | None = Field(
        None, description="Key of second factors, the same for all processes; by default in data_dir."
    )
    identity_provider: Path | None = Field(
        None, description="The file about the provider through which people sign in (OpenID Connect)."
    )
    sso_requests_per_minute: Annotated[int, Field(ge=0)] = Field(
        60, description="Steps of sign-ins through the provider, from one address; 0 sets no limit."
    )
    claim_s: Annotated[float, Field(ge=10)] = Field(120.0, description="A claim runs out after so long.")

    steer_s: Annotated[float, Field(ge=10, le=3600)] = Field(
        60.0, description="Who took a camera has it for so long after the last move."
    )
    idle_s: Annotated[float, Field(ge=0, le=86_400)] = Field(
        60.0, description="So long after that it goes home, or on with its tour."
    )
    control_room_steers: bool = Field(False, description="The regional control room may steer cameras.")

    sample_share: Annotated[float, Field(ge=0.01, le=0.05)] = Field(
        0.02, description="Of what scores under an approved threshold, the share shown for review, 0.01-0.05."
    )

    audit_pins: Path | None = Field(
        None, description="A second folder for the pinned heads of the audit log; best on another machine."
    )
    audit_pin_s: Annotated[float, Field(gt=0, le=3600)] = Field(
        10.0, description="A new head of the audit log is pinned so often."
    )
    oin: Annotated[str, Field(pattern=r"^[0-9]{20}$")] | None = Field(
        None, description="Number of the organisation, for `almere audit export --format vng`."
    )
    processing_activity: UUID | None = Field(
        None, description="Id of this processing in the organisation's register, for the same export."
    )
    audit_years: Annotated[int, Field(ge=1, le=99)] = Field(
        5, description="How long the export says that a line is kept."
    )

    @property
    def audit_dirs(self) -> tuple[Path, ...]:
        """Folders of the pinned heads of the audit log."""
        own = self.data_dir / "audit"
        return (own,) if self.audit_pins is None else (own, self.audit_pins)

    dispatch: bool = Field(True, description="The API also sends to channels; off for `almere dispatch`.")
    outgoing_networks: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_split)] = Field(
        (), description="Private networks that channels may post to: 10.20.0.0/16,fd00:1::/32"
    )

    def camera_values(self) -> Mapping[str, str]:
        """What `${NAME}` in addresses of cameras stands for: the environment, and the secrets file before it.

        Raises:
            SettingsError: the file cannot be read, or others may read it.
        """
        return os.environ if self.camera_secrets is None else {**os.environ, **_secrets(self.camera_secrets)}

    @property
    def models_dir(self) -> Path:
        return self.share_dir / "models"

    @property
    def zones_dir(self) -> Path:
        return self.share_dir / "zones"

    @property
    def console_dir(self) -> Path:
        return self.share_dir / "web" / "dist"

    def blobs(self) -> str:
        """Address of the place for snapshots and clips: a folder, or `s3://bucket/prefix`."""
        return self.blobs_url or str(self.data_dir / "blobs")

    @property
    def spool_dir(self) -> Path:
        return self.data_dir / "spool"

    @property
    def detections_dir(self) -> Path:
        return self.data_dir / "detections"

    def database(self) -> str:
        """Address of the database; holds a password, so never log it."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'almere.db').resolve()}"

    @property
    def key_file(self) -> Path:
        return self.data_dir / "secret.key" if self.secret_key_file is None else self.secret_key_file

    def redis(self) -> str:
        """Address of the queue; the embedded Redis listens on a private socket in `data_dir`."""
        if self.redis_url is not None:
            return self.redis_url.get_secret_value()
        return f"unix://{(self.data_dir / 'redis.sock').resolve()}"


def _secrets(path: Path) -> dict[str, str]:
    try:
        if path.stat().st_mode & 0o077:
            raise SettingsError(f"{path}: others may read it: chmod 600 it")
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise SettingsError(f"{path}: the secrets of cameras cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: the secrets of cameras are not text in UTF-8") from None
    values = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals or not name.strip().isidentifier():
            raise SettingsError(f"{path}:{number}: write NAME=value")
        values[name.strip()] = value
    return values


def load_settings() -> Settings:
    """Read the settings of this process.

    Raises:
        SettingsError: a value cannot be used; names the variable, not the value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = "ALMERE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg']}") from None
