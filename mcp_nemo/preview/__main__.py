"""One job: a charge as JSON on stdin, its outcome as JSON on stdout."""

import os
import sys

from mcp_nemo.preview import film, storyboard
from mcp_nemo.preview.charge import FilmCharge, charges
from mcp_nemo.preview.footage import Unreadable


def main() -> None:
    charge = charges.validate_json(sys.stdin.buffer.read())
    try:
        outcome = film.make(charge) if isinstance(charge, FilmCharge) else storyboard.make(charge)
    except Unreadable as error:
        sys.exit(str(error))
    sys.stdout.write(outcome.model_dump_json())
    sys.stdout.flush()
    # Threads that still hang on a file are not waited for.
    os._exit(0)


if __name__ == "__main__":
    main()
