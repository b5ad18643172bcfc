"""Checks of the engine on this machine: it starts, answers and ends, and a render would find its tools."""

import json
import subprocess
import sys
from collections.abc import Sequence
from time import perf_counter

from mcp_nemo.doctor.findings import Finding, ok, problem, warning
from mcp_nemo.doctor.probe import ENCODERS, TEXTS
from mcp_nemo.errors import NemoError
from mcp_nemo.settings import Settings
from mcp_nemo.studio.backends import Backends

_PROBE = (sys.executable, "-m", "mcp_nemo.doctor.probe")
_PROBE_SECONDS = 60
_BROKEN = "Install mcp-nemo again: its package av brings the encoders along."
_FONTS = "Install a typeface that can, such as Noto Sans CJK; until then titles leave such letters out."


async def check_engine(settings: Settings) -> Finding:
    """Started as a server starts it, and asked for the credits."""
    async with Backends(settings) as backends:
        try:
            began = perf_counter()
            client = await backends.connect("local", "")
            started = perf_counter()
            await client.credits()
            answered = perf_counter()
            await backends.stop_engine()
        except NemoError as error:
            return problem("engine", error.message, _engine_fix(settings))
    ended = perf_counter()
    times = f"starts in {started - began:.2f} s, answers in {answered - started:.2f} s"
    return ok("engine", f"{times}, ends in {ended - answered:.2f} s")


def _engine_fix(settings: Settings) -> str:
    return (
        "Run doctor with NEMO_LOG_LEVEL=DEBUG and read what the engine says on stderr; "
        f"if its data is damaged, move {settings.home / 'engine'} away."
    )


def check_rendering(command: Sequence[str] = _PROBE, seconds: float = _PROBE_SECONDS) -> list[Finding]:
    """What `probe` finds in a process of its own: a broken library ends that one and not this."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return [problem("rendering", f"no answer within {seconds:g} s", _BROKEN)]
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines() or [f"it ended with {error.returncode}"]
        return [problem("rendering", said[-1], _BROKEN)]
    found = json.loads(done.stdout)
    return [encoders(found["missing_encoders"]), typefaces(found["scripts_lacking"])]


def encoders(missing: Sequence[str]) -> Finding:
    if missing:
        return problem("encoders", f"missing: {', '.join(missing)}", _BROKEN)
    return ok("encoders", f"{' and '.join(ENCODERS)} are there")


def typefaces(lacking: Sequence[str]) -> Finding:
    if lacking:
        return warning("typefaces", f"none that can write {', '.join(lacking)}", _FONTS)
    return ok("typefaces", f"there for {', '.join(TEXTS)}")
