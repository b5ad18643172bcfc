"""One render: a RenderJob as JSON on stdin; JSON lines on stdout, the last with `result` or `error`.

The job is one line. With `--attended`, whoever asked keeps stdin open, and its end ends the render.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from threading import Thread
from time import monotonic

ATTENDED = "--attended"
_SECONDS_BETWEEN_LINES = 0.3


def main() -> int:
    # Leaves by way of the clean-up, so that a stopped render leaves no unfinished file.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    request = sys.stdin.buffer.readline()
    if ATTENDED in sys.argv:
        Thread(target=_end_with_stdin, daemon=True).start()
    try:
        return _render(request)
    except BrokenPipeError:
        # Whoever asked is gone; Python would complain when it flushes stdout on its way out.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _end_with_stdin() -> None:
    # Past Python's buffer, whose lock a thread that waits would keep when the process ends.
    while os.read(sys.stdin.fileno(), 1024):
        continue
    os.kill(os.getpid(), signal.SIGTERM)


def _render(request: bytes) -> int:
    # Takes seconds on a busy machine, in which whoever asked may be gone already.
    from pydantic import ValidationError

    from mcp_nemo.engine.render.failures import RenderFailure
    from mcp_nemo.engine.render.job import RenderJob, execute

    try:
        result = execute(RenderJob.model_validate_json(request), _reporter())
    except ValidationError as error:
        _say({"error": f"The render was not asked for as agreed: {error}", "error_code": "render_failed"})
        return 1
    except RenderFailure as failure:
        _say({"error": failure.message, "error_code": failure.code})
        return 1
    _say({"result": result.model_dump(mode="json")})
    return 0


def _reporter() -> Callable[[float], None]:
    said_at = 0.0

    def report(share: float) -> None:
        nonlocal said_at
        if monotonic() - said_at >= _SECONDS_BETWEEN_LINES:
            said_at = monotonic()
            _say({"progress": round(share, 3)})

    return report


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # To take Python down in order would take a tenth of a second, in which nothing is done any more.
    os._exit(status)
