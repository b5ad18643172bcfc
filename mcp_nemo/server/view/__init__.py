"""The timeline view: one page that needs nothing besides itself, put together from the files beside it."""

import re
from importlib.resources import files
from typing import Final

_STYLE: Final = re.compile(r'<link rel="stylesheet" href="([a-z]+\.css)">')
_SCRIPT: Final = re.compile(r'<script src="([a-z]+\.js)"></script>')


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text("utf-8")


def _assemble() -> str:
    page = _STYLE.sub(lambda link: f"<style>\n{_read(link[1])}</style>", _read("timeline.html"))
    return _SCRIPT.sub(lambda script: f"<script>\n{_read(script[1])}</script>", page)


TIMELINE_HTML: Final = _assemble()

# The same without what changes something.
READ_ONLY_HTML: Final = TIMELINE_HTML.replace('<html lang="en">', '<html lang="en" data-read-only>', 1)
