"""The engine under uvicorn, alone or as the child of a server."""

import gc
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import uvicorn
from pydantic import BaseModel

from mcp_nemo.engine.app import build_app
from mcp_nemo.engine.music.soundfont import SETTING as SOUNDFONT
from mcp_nemo.engine.render.encoders import AskedEncoder
from mcp_nemo.engine.store import Store


class Charge(BaseModel):
    """What a parent hands its engine: one line of JSON on standard input."""

    home: Path
    token: str
    log_level: str = "WARNING"
    music_dirs: tuple[Path, ...] = ()
    soundfont: str = ""
    encoder: AskedEncoder = "x264"


def serve(
    home: Path,
    host: str,
    port: int,
    announce: Callable[[str], None],
    *,
    music_dirs: Sequence[Path] = (),
    soundfont: str = "",
    encoder: AskedEncoder = "x264",
) -> None:
    """Serve until interrupted; `announce` gets the base URL as soon as connections are accepted."""
    _let_workers_play(soundfont)
    listener = _listen(host, port)
    announce(_url(listener))
    _server(Store(home), music_dirs, encoder).run(sockets=[listener])


def serve_parent() -> None:
    """Serve the process that started this one, on loopback, until it is gone.

    The token comes in by standard input and not by the environment or the command line, where others
    could read it. Every line after that is a question whether this process lives, answered with the URL;
    the end of standard input is the end of the parent.
    """
    charge = Charge.model_validate_json(sys.stdin.buffer.readline())
    logging.basicConfig(stream=sys.stderr, level=charge.log_level)
    _let_workers_play(charge.soundfont)
    listener = _listen("127.0.0.1", 0)
    server = _server(Store(charge.home), charge.music_dirs, charge.encoder, charge.token)
    threading.Thread(target=_attend_parent, args=[server, _url(listener)], daemon=True).start()
    server.run(sockets=[listener])
    # A parent that ends waits for this: no time to look for garbage.
    gc.freeze()


def _let_workers_play(soundfont: str) -> None:
    """The processes that render inherit it, and those that work for them."""
    os.environ[SOUNDFONT] = soundfont


def _server(
    store: Store, music_dirs: Sequence[Path], encoder: AskedEncoder, private_token: str | None = None
) -> uvicorn.Server:
    app = build_app(store, private_token=private_token, music_dirs=music_dirs, encoder=encoder)
    return uvicorn.Server(
        uvicorn.Config(app, lifespan="on", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.create_server((host, port), family=family)
    listener.set_inheritable(False)
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _attend_parent(server: uvicorn.Server, url: str) -> None:
    answer = f"{url}\n".encode()
    os.write(sys.stdout.fileno(), answer)
    for _ in sys.stdin.buffer:
        os.write(sys.stdout.fileno(), answer)
    server.should_exit = True
