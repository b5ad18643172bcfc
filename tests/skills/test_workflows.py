"""The three ways of working, from a prompt to films."""

from pathlib import Path

from tests.conftest import Connect, Mode
from tests.media import level_db, make_video, number_of, read_frames, read_sound
from tests.skills.conftest import SIZE
from tests.skills.follower import follow


async def test_quick(connect: Connect, mode: Mode, beach: Path) -> None:
    wishes = 'Mute the video,\nthen cut the first second and add a title "Beach"'
    async with connect(mode) as client:
        said = await follow(client, "quick-edit", videos=str(beach), wishes=wishes, quality="draft")
    [title] = said.timeline["text"]
    assert title["text"] == "Beach"
    [film] = said.films
    assert len(read_frames(film)) == 30
    assert level_db(read_sound(film)) < -60


async def test_batch(connect: Connect, tmp_path: Path) -> None:
    """Five files in one session, each its own render."""
    lengths = {"one": 1.0, "two": 1.2, "three": 1.4, "four": 1.6, "five": 1.8}
    videos = [
        make_video(tmp_path / f"{name}.mp4", seconds=seconds, size=SIZE) for name, seconds in lengths.items()
    ]
    async with connect() as client:
        said = await follow(
            client,
            "batch-edit",
            videos="\n".join(map(str, videos)),
            wishes="Mute the video and cut the first 0.4 seconds",
            quality="draft",
        )
    assert len(said.answers("create_session")) == 1
    assert [film.name for film in said.films] == [f"{name}-edited.mp4" for name in lengths]
    for film, seconds in zip(said.films, lengths.values(), strict=True):
        numbers = [number_of(picture) for picture in read_frames(film)]
        assert numbers == list(range(12, round(seconds * 30)))
        assert level_db(read_sound(film)) < -60


async def test_iterative(connect: Connect, beach: Path) -> None:
    """Ten wishes, two of which are taken back."""
    wishes = [
        "Add calm background music at 40%",
        "Turn the music down to 20%",
        "Undo",
        'Add a title "Hello" at the bottom',
        'Change the title to "Bye"',
        "Cut the first second",
        "Remove the music",
        "Undo",
        "Fade the music out over 1 second",
        "Mute the original sound",
    ]
    async with connect() as client:
        said = await follow(
            client, "iterative-edit", videos=str(beach), wishes="\n".join(wishes), quality="draft"
        )
    assert [each.facts["instruction"] for each in said.answers("send_edit")] == wishes
    [music], [title], [clip] = (said.timeline[kind] for kind in ("audio", "text", "video"))
    assert (music["volume"], music["fade_out_ms"], music["duration_ms"]) == (0.4, 1000, 1000)
    assert title["text"] == "Bye"
    assert (clip["volume"], clip["source_start_ms"]) == (0, 1000)
    [film] = said.films
    assert [number_of(picture) for picture in read_frames(film)] == list(range(30, 60))


async def test_going_on_with_a_session(connect: Connect, beach: Path, silent: Path) -> None:
    async with connect() as client:
        earlier = await follow(
            client, "quick-edit", videos=str(beach), wishes="Mute the video", quality="draft"
        )
        await follow(client, "quick-edit", videos=str(silent), wishes="Cut the first second", quality="draft")
        session = earlier.answers("create_session")[0].facts["session_id"]
        said = await follow(
            client, "iterative-edit", session_id=session, wishes="Cut the last second", quality="draft"
        )
    assert said.timeline["session_id"] == session
    assert [clip["name"] for clip in said.timeline["video"]] == ["beach.mp4"]
    assert len(read_frames(said.films[0])) == 30
