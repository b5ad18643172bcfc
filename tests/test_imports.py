"""The arrows of docs/architecture.md run downwards only."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "mcp_nemo"

# What a room may import of ours, besides itself and the version; cli and demo may import anything.
MAY_IMPORT = {
    "settings": set(),
    "errors": set(),
    "journal": {"errors", "settings"},
    "draft_keys": set(),
    "timeline": {"draft_keys"},
    "api": {"errors", "settings"},
    # What of the previews is plain data; the rest of that room runs in a worker process.
    "studio": {
        *("api", "timeline", "journal", "errors", "settings", "workers"),
        *("preview.charge", "preview.matching", "preview.shelf"),
    },
    "preview": {"timeline", "typefaces", "engine.colorimetry", "engine.media"},
    "server": {"studio", "timeline", "errors", "settings"},
    "typefaces": set(),
    "workers": set(),
    "engine": {"draft_keys", "typefaces", "workers"},
    # The typefaces are looked for in a process of its own, beside the encoders.
    "doctor": {"api", "studio.backends", "journal", "timeline", "settings", "errors", "typefaces"},
}


def _imports(path: Path) -> set[str]:
    """Modules of ours that a file names, without the package's own name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name.removeprefix("mcp_nemo.") for name in found if name.startswith("mcp_nemo.")}


def _files(room: str) -> list[Path]:
    module = PACKAGE / f"{room}.py"
    return [module] if module.exists() else sorted((PACKAGE / room).rglob("*.py"))


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    files = _files(room)
    assert files
    allowed = {room, *MAY_IMPORT[room]}
    for path in files:
        for name in _imports(path):
            assert any(name == part or name.startswith(f"{part}.") for part in allowed), f"{path}: {name}"


def test_every_room_is_in_the_table() -> None:
    rooms = {
        path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert rooms - {"__init__", "__main__", "cli", "demo"} == set(MAY_IMPORT)


def test_the_server_starts_without_the_heavy_packages() -> None:
    """Names the modules that serving loads, in a fresh interpreter."""
    heavy = {"av", "numpy", "PIL", "sqlalchemy", "mcp_nemo.engine"}
    loaded = _loaded_by("import mcp_nemo.server.stdio")
    assert not heavy & loaded


def _loaded_by(statement: str) -> set[str]:
    show = f"{statement}; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    return set(done.stdout.split())
