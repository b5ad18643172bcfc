"""Which files of this machine a session was made of."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path


class Originals:
    """Known for as long as the server lives; backends keep names alone."""

    def __init__(self) -> None:
        self._paths: dict[str, dict[str, set[Path]]] = defaultdict(lambda: defaultdict(set))

    def add(self, session_id: str, name: str, path: Path) -> None:
        self._paths[session_id][name].add(path)

    def of(self, session_id: str) -> Mapping[str, Path]:
        """By the names they were uploaded under; a name of several files tells nothing."""
        known = self._paths.get(session_id, {})
        return {name: next(iter(paths)) for name, paths in known.items() if len(paths) == 1}
