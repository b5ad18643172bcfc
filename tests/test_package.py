"""What is shipped: the wheel alone runs, and every version number is the same."""

import json
import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from mcp_nemo import __version__

ROOT = Path(__file__).parents[1]


def _uv() -> str:
    found = os.environ.get("UV") or shutil.which("uv")
    if not found:
        pytest.skip("needs uv")
    return found


def test_the_wheel_runs_without_development_dependencies(tmp_path: Path) -> None:
    uv = _uv()

    def run(*command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run(uv, "build", "--quiet", "--wheel", "--out-dir", str(tmp_path), str(ROOT))
    [wheel] = tmp_path.glob("*.whl")
    run(uv, "venv", "--quiet", str(tmp_path / "env"))
    python = next(path for path in (tmp_path / "env").glob("*/python*") if path.is_file())
    run(uv, "pip", "install", "--quiet", "--python", str(python), str(wheel))
    command = python.with_name("mcp-nemo")
    assert "Edit video by talking" in run(str(command), "--help")
    assert __version__ in run(str(command), "--version")
    # The engine's words are data files: they must be in the wheel too.
    run(str(python), "-c", "from mcp_nemo.engine.serve import serve")


def test_version_numbers_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    registry = json.loads((ROOT / "server.json").read_text())
    changelog = re.search(r"^## \[([\d.]+)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert changelog
    versions = {__version__, project["version"], registry["version"], changelog[1]}
    assert versions | {package["version"] for package in registry["packages"]} == {__version__}


def test_the_registry_entry_keeps_the_registry_s_limits() -> None:
    registry = json.loads((ROOT / "server.json").read_text())
    assert len(registry["description"]) <= 100
    assert f"mcp-name: {registry['name']}" in (ROOT / "README.md").read_text()
