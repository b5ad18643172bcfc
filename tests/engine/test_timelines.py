"""What people say, and what is then on the timeline: on a draft, and through the server."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from mcp import Client

from mcp_nemo.engine.director import Scene, Understood, understand
from mcp_nemo.engine.draft import Draft
from mcp_nemo.engine.edits import Impossible, apply, place_uploads
from mcp_nemo.engine.media import MediaInfo
from mcp_nemo.engine.operations import AddMusic, Redo, ReplaceMusic, RestoreBefore, Undo
from mcp_nemo.timeline.decode import decode
from tests.assistant import call
from tests.conftest import Connect
from tests.engine.director.scenes import media
from tests.engine.phrases.timelines import Case, Outcome, cases, unmet
from tests.media import make_sound, make_video

CASES: Final = list(cases())
SECONDS: Final[Mapping[str, Mapping[str, int]]] = {
    "one": {"clip.mp4": 30},
    "scored": {"clip.mp4": 30},
    "three": {"a.mp4": 10, "b.mp4": 8, "c.mp4": 12},
    "song": {"clip.mp4": 30, "song.mp3": 60},
}
SCORING: Final = ('Add a title "Hello" for the first 3 seconds', "Add music at 80%")
# Those that need the versions a server keeps, and one of each kind beside them.
THROUGH_THE_SERVER: Final = ("p016", "p017", "p042", "p050", "p058", "p059", "p066", "p069", "p073", "p075")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.say)
def test_on_a_draft(case: Case) -> None:
    files = [_media(name, seconds) for name, seconds in SECONDS[case.given].items()]
    draft = place_uploads(Draft(), [info for info in files if info.kind != "audio"])
    for said in SCORING if case.given == "scored" else ():
        _, draft = _say(said, draft, files)
    heard = understand(case.say, Scene(draft, files))
    if isinstance(heard, Understood) and isinstance(heard.operations[0], Undo | Redo | RestoreBefore):
        assert case.id in THROUGH_THE_SERVER
        return
    status, changed = _say(case.say, draft, files)
    assert not unmet(case, Outcome(status, _facts(changed), _facts(draft)))


def _media(name: str, seconds: int) -> MediaInfo:
    return media(name, "audio" if name.endswith(".mp3") else "video", seconds * 1000)


def _say(said: str, draft: Draft, files: Sequence[MediaInfo]) -> tuple[str, Draft]:
    """The status a server would give, and the draft afterwards."""
    heard = understand(said, Scene(draft, files))
    if not isinstance(heard, Understood):
        return "not_understood", draft
    operations = [
        operation.model_copy(update={"mood": "calm"})
        if isinstance(operation, AddMusic | ReplaceMusic) and operation.mood is None
        else operation
        for operation in heard.operations
    ]
    try:
        changed = apply(draft, operations, {info.id: info for info in files}, seed=1)
    except Impossible:
        return "failed", draft
    return ("no_change" if changed == draft else "applied"), changed


def _facts(draft: Draft) -> dict[str, Any]:
    return decode(draft.to_wire()).model_dump()


@pytest.fixture(scope="module")
def footage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("footage")
    for name, seconds in {name: s for given in SECONDS.values() for name, s in given.items()}.items():
        if name.endswith(".mp3"):
            make_sound(folder / name, seconds=seconds)
        else:
            make_video(folder / name, seconds=seconds, size=(64, 36), rate=5)
    return folder


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.id in THROUGH_THE_SERVER], ids=lambda case: case.say
)
async def test_through_the_server(case: Case, connect: Connect, footage: Path) -> None:
    async with connect(media_dirs=(footage,)) as client:
        await call(client, "create_session")
        sources = [str(footage / name) for name in SECONDS[case.given]]
        await call(client, "upload_media", sources=sources)
        for said in SCORING if case.given == "scored" else ():
            await call(client, "send_edit", instruction=said)
        before = await _timeline(client)
        answered = await call(client, "send_edit", instruction=case.say)
        after = await _timeline(client)
    assert not unmet(case, Outcome(answered.facts["status"], after, before))


async def _timeline(client: Client) -> dict[str, Any]:
    facts = (await call(client, "get_timeline", view="full")).facts
    return {key: facts[key] for key in ("duration_ms", "width", "height", "tracks")}
