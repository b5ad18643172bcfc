"""What the engine of this machine understands, to be read by assistants.

The files are written from the engine's own data, and held to it by a test: the server does not load the
engine to tell of it.
"""

from importlib.resources import files
from typing import Any

from mcp.server import MCPServer


def add_references(server: MCPServer[Any]) -> None:
    server.resource("nemo://language", title="What can be said", mime_type="text/markdown")(language)
    server.resource("nemo://operations", title="Operations", mime_type="application/schema+json")(operations)


def language() -> str:
    """Sentences that the engine of this machine understands without exception, in English and Chinese."""
    return _text("language.md")


def operations() -> str:
    """JSON Schema of the operations that send_edit takes instead of words on this machine."""
    return _text("operations.json")


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
