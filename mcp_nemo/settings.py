"""Configuration: one environment variable and one flag for each field."""

import os
from pathlib import Path
from typing import Annotated, Literal

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
    output_dir: Path = Field(default_factory=lambda: user_videos_path() / "mcp-nemo")
    wait_seconds: float = Field(default=45, gt=0)
    read_only: bool = False
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    skill_source: str = "mcp-nemo"
    skill_platform: str = ""

    @field_validator("media_dirs", mode="before")
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
