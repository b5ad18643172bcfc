"""Configuration: one environment variable and one flag for each field."""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path, user_videos_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CLOUD_API_URL = "https://mega-api-prod.nemovideo.ai"
CLOUD_WEB_URL = "https://nemovideo.com"

Backend = Literal["cloud", "local"]


def _default_media_dirs() -> tuple[Path, ...]:
    return (Path.home(), Path.cwd())


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="NEMO_", frozen=True, env_ignore_empty=True, extra="forbid", validate_default=False
    )

    token: SecretStr | None = None
    api_url: str = ""
    web_url: str = CLOUD_WEB_URL
    client_id: str = ""
    backend: Literal["auto", "cloud", "local"] = "auto"
    home: Path = Field(default_factory=lambda: user_data_path("mcp-nemo", appauthor=False))
    media_dirs: Annotated[tuple[Path, ...], NoDecode] = Field(default_factory=_default_media_dirs)
    music_dirs: Annotated[tuple[Path, ...], NoDecode] = ()
    # A file, "none" for our own instruments, or empty for what the system has.
    soundfont: str = ""
    # Hardware that does not work here is told, and libx264 does the work.
    encoder: Literal["x264", "auto", "nvenc", "videotoolbox", "qsv", "amf", "vaapi"] = "x264"
    output_dir: Path = Field(default_factory=lambda: user_videos_path() / "mcp-nemo")
    wait_seconds: float = Field(default=45, gt=0)
    read_only: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    skill_source: str = "mcp-nemo"
    skill_platform: str = ""

    @field_validator("media_dirs", "music_dirs", mode="before")
    @classmethod
    def _split_folders(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(Path(part).expanduser() for part in value.split(os.pathsep) if part)
        return value

    @field_validator("home", "output_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @property
    def cloud_url(self) -> str:
        return (self.api_url or CLOUD_API_URL).rstrip("/")

    @property
    def chosen_backend(self) -> Backend:
        """Where new sessions live: `auto` means the cloud once a token or a URL is set."""
        if self.backend != "auto":
            return self.backend
        return "cloud" if self.token or self.api_url else "local"


def credentials_dir() -> Path:
    """The folder the vendor's own tools keep their client id in."""
    return Path.home() / ".config" / "nemovideo"


class HttpSettings(BaseSettings):
    """Of serving over HTTP: by which names the server is reached, and who may come in."""

    model_config = SettingsConfigDict(
        env_prefix="NEMO_HTTP_", frozen=True, env_ignore_empty=True, extra="forbid", validate_default=False
    )

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    # As clients write it, path and all; where a proxy stands before this server, the proxy's.
    url: str = ""
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ()
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    tokens: Path | None = None
    issuer: str = ""
    jwks_url: str = ""
    scopes: Annotated[tuple[str, ...], NoDecode] = ()
    stateless: bool = False
    unprotected: bool = False

    @field_validator("allowed_hosts", "allowed_origins", "scopes", mode="before")
    @classmethod
    def _split_words(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("url", "issuer", "jwks_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        """Over https only: what is read there decides who comes in. On this machine http will do."""
        parts = urlsplit(value)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        if value and not (is_safe and parts.hostname):
            raise ValueError("must be an https:// address")
        return value

    @property
    def public_url(self) -> str:
        """The address clients use, which is also what tokens have to be issued for."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.url or f"http://{host}:{self.port}/mcp"

    @property
    def has_login(self) -> bool:
        return bool(self.tokens or self.issuer)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
