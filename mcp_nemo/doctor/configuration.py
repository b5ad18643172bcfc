"""Checks of the settings, and of the environment they come from. No value of a secret is shown."""

import difflib
from collections.abc import Iterator, Mapping

import httpx
from pydantic import SecretStr

from mcp_nemo.api import FixedToken
from mcp_nemo.api.gateway import fits_header, is_loopback
from mcp_nemo.doctor.findings import Finding, ok, problem, warning
from mcp_nemo.errors import ConfigurationError
from mcp_nemo.settings import HttpSettings, Settings

PREFIX = "NEMO_"
# The client id is whom the kept anonymous token belongs to.
_SECRET = {"NEMO_TOKEN", "NEMO_CLIENT_ID"}
# Many hosts give a tool call up after a minute.
_PATIENCE_SECONDS = 60


def check_configuration(settings: Settings, environment: Mapping[str, str]) -> list[Finding]:
    return [
        _backend(settings),
        *_variables(environment),
        _address("API address", "NEMO_API_URL", settings.cloud_url),
        _address("web address", "NEMO_WEB_URL", settings.web_url),
        *_token(settings.token, settings),
        *_client_id(settings.client_id),
        *_unused(settings),
        *_wait(settings.wait_seconds),
    ]


def _backend(settings: Settings) -> Finding:
    chosen = settings.chosen_backend
    place = "on this machine" if chosen == "local" else f"in the cloud at {settings.cloud_url}"
    return ok("backend", f"{chosen}: new sessions live {place}, as {_reason(settings)}")


def _reason(settings: Settings) -> str:
    if settings.backend != "auto":
        return f"NEMO_BACKEND or --backend says {settings.backend}"
    if settings.token:
        return "NEMO_TOKEN is set"
    if settings.api_url:
        return "NEMO_API_URL or --api-url is set"
    return "neither NEMO_TOKEN nor NEMO_API_URL is set"


def _variables(environment: Mapping[str, str]) -> Iterator[Finding]:
    known = [
        f"{settings.model_config.get('env_prefix')}{field}".upper()
        for settings in (Settings, HttpSettings)
        for field in settings.model_fields
    ]
    for name, value in sorted(environment.items()):
        # As the settings do, without regard to case.
        if name.upper() in known:
            yield ok(name, _shown(name.upper(), value))
        elif name.upper().startswith(PREFIX):
            yield _unknown(name, known)


def _shown(name: str, value: str) -> str:
    if not value:
        return "empty, which counts as not set"
    return f"set, {len(value)} characters" if name in _SECRET else value


def _unknown(name: str, known: list[str]) -> Finding:
    """Its value may be a secret under a misspelt name."""
    near = difflib.get_close_matches(name.upper(), known, n=1)
    fix = (
        f"Rename it to {near[0]} if that is what it was meant to be."
        if near
        else "Unset it, unless another program needs it; --help shows the settings there are."
    )
    return warning(name, "set, and not a setting of mcp-nemo", fix)


def _address(name: str, variable: str, address: str) -> Finding:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host:
        return problem(name, f"{address} is not a web address", f"Set {variable} to an http or https URL.")
    if url.scheme == "http" and not is_loopback(url):
        fix = f"Set {variable} to an https URL."
        return warning(name, f"{address}: tokens and media would travel unencrypted", fix)
    return ok(name, address)


def _token(token: SecretStr | None, settings: Settings) -> Iterator[Finding]:
    if token is not None:
        try:
            FixedToken(token)
        except ConfigurationError as error:
            yield problem("token", error.message, error.hint)
    elif settings.chosen_backend == "cloud":
        yield ok("token", "NEMO_TOKEN is not set: the cloud gives an anonymous token, which is kept")


def _client_id(client_id: str) -> Iterator[Finding]:
    if client_id and not fits_header(client_id):
        fix = "Set NEMO_CLIENT_ID to a UUID, or unset it."
        yield problem("client id", "NEMO_CLIENT_ID holds characters no client id has", fix)


def _unused(settings: Settings) -> Iterator[Finding]:
    for name, value in (("NEMO_TOKEN", settings.token), ("NEMO_API_URL", settings.api_url)):
        if value and settings.backend == "local":
            fix = f"Unset NEMO_BACKEND to use the cloud, or unset {name}."
            yield warning("unused setting", f"{name} is set, but the backend is set to local", fix)


def _wait(seconds: float) -> Iterator[Finding]:
    if seconds >= _PATIENCE_SECONDS:
        seen = f"a tool call may take {seconds:g} s, and many hosts hang up after {_PATIENCE_SECONDS} s"
        yield warning("wait", seen, "Set NEMO_WAIT_SECONDS to 45, or to less than your host waits.")
