"""Receipts: what a film is and of what it was made, in a file beside it.

Nothing reads a receipt again, so it may be deleted. It names no account and holds no token.
"""

import json
import logging
from dataclasses import asdict, dataclass
from pathlib import Path

from mcp_nemo.studio.files import put_text

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Receipt:
    """`draft_sha256` is of the draft as sorted JSON; `exported_at` as ISO 8601 in UTC."""

    film: str
    sha256: str
    size_bytes: int
    exported_at: str
    made_by: str
    backend: str
    session_id: str
    render_id: str
    draft_sha256: str
    quality: str
    duration_ms: int
    streams: list[str]
    copied: float | None
    checks: list[str]
    notes: list[str]
    warnings: list[str]


def leave(receipt: Receipt, film: Path) -> Path | None:
    """Write `lisbon.receipt.json` beside `lisbon.mp4`; None where that fails, as the film is what matters."""
    text = json.dumps(asdict(receipt), indent=2, ensure_ascii=False) + "\n"
    try:
        return put_text(text, film.with_suffix(".receipt.json"))
    except OSError as error:
        log.warning("no receipt for %s: %s", film, error)
        return None
