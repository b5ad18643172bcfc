"""Checks of what is installed: Python, this package and those it needs."""

import platform
import sys
from importlib import metadata

from packaging.requirements import Requirement

from mcp_nemo import __version__
from mcp_nemo.doctor.findings import Finding, ok, problem

PACKAGE = "mcp-nemo"
_AGAIN = "Install it again, for example with: uv tool install --reinstall mcp-nemo"


def check_installation() -> list[Finding]:
    return [
        ok("mcp-nemo", __version__),
        ok("Python", f"{platform.python_version()} at {sys.executable}"),
        ok("system", platform.platform()),
        packages(PACKAGE),
    ]


def packages(package: str) -> Finding:
    try:
        requirements = [Requirement(line) for line in metadata.requires(package) or []]
    except metadata.PackageNotFoundError:
        return problem("packages", f"{package} is not installed as a package", _AGAIN)
    needed = [r.name for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""})]
    versions = {name: _version(name) for name in needed}
    missing = [name for name, version in versions.items() if not version]
    if missing:
        return problem("packages", f"missing: {', '.join(missing)}", _AGAIN)
    return ok("packages", ", ".join(f"{name} {version}" for name, version in versions.items()))


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
