from mcp_nemo.timeline import Segment, Timeline, Track, outline, summarize
from tests.timeline.drafts import clip, music, timeline, title


def many_clips(count: int) -> Timeline:
    return timeline(*(clip(f"c{i}", i * 1000, 1000) for i in range(count)))


def test_summary_in_the_documented_form() -> None:
    found = timeline(
        clip("city timelapse", 0, 10_000), music("Lo-fi", 10_000, volume=0.35), title("Urban Dreams")
    )
    assert summarize(found) == (
        "Timeline (3 tracks): 1. Video: city timelapse (0-10s) 2. BGM: Lo-fi (0-10s, 35%)"
        ' 3. Title: "Urban Dreams" (0-3s)'
    )


def test_summary_says_what_is_special_about_a_segment() -> None:
    found = timeline(
        clip("a", 0, 2500, volume=0), clip("b", 2500, 3500), music("Calm", 6000, volume=0.8, fade_out_ms=1500)
    )
    assert summarize(found) == (
        "Timeline (2 tracks): 1. Video: a (0-2.5s, muted), b (2.5-6s)"
        " 2. BGM: Calm (0-6s, 80%, fades out over 1.5s)"
    )


def test_summary_folds_a_long_track() -> None:
    assert summarize(many_clips(48)) == (
        "Timeline (1 track): 1. Video: c0 (0-1s), c1 (1-2s), c2 (2-3s), c3 (3-4s), c4 (4-5s), … 43 more"
    )


def test_summary_of_nothing() -> None:
    assert summarize(Timeline()) == "Timeline: empty"
    assert summarize(Timeline(tracks=(Track(kind="video", name="Video"),))) == "Timeline: empty"


def test_summary_stays_on_one_line() -> None:
    segment = Segment(name="a\nb\r\nTimeline: empty", start_ms=0, duration_ms=1000)
    found = Timeline(tracks=(Track(kind="video", name="Vid\neo", segments=(segment,)),))
    assert summarize(found) == "Timeline (1 track): 1. Vid eo: a b Timeline: empty (0-1s)"


def test_outline_lists_tracks_and_segments() -> None:
    found = timeline(
        clip("a", 0, 60_000, source_start_ms=2000), music("Calm", 60_000, volume=0.4), title("Hello", 2500)
    )
    assert outline(found).splitlines() == [
        "project: 1:00, 1920x1080, 3 tracks",
        "",
        "- Video (1 segment)",
        "  - 0:00-1:00: a, from 2s in its source",
        "- BGM (1 segment)",
        "  - 0:00-1:00: Calm, 40%",
        "- Title (1 segment)",
        '  - 2.5-5.5s: "Hello"',
    ]


def test_outline_shows_a_part_of_many_segments() -> None:
    lines = outline(many_clips(46), range(3, 5)).splitlines()[2:]
    assert lines == ["- Video (46 segments)", "  - 3-4s: c3", "  - 4-5s: c4"]
    assert len(outline(many_clips(46)).splitlines()) == 2 + 1 + 46


def test_outline_leaves_out_a_track_of_which_none_is_shown() -> None:
    two = Timeline(
        tracks=(
            *many_clips(3).tracks,
            Track(kind="audio", name="BGM", segments=many_clips(1).tracks[0].segments),
        )
    )
    assert outline(two, range(3)).splitlines()[2] == "- Video (3 segments)"
    assert "BGM" not in outline(two, range(3))
    assert outline(two, range(3, 4)).splitlines()[2:] == ["- BGM (1 segment)", "  - 0-1s: c0"]


def test_outline_says_what_was_guessed() -> None:
    segment = Segment(name="a", start_ms=0, duration_ms=1000, inferred=("start_ms", "name"))
    found = Timeline(tracks=(Track(kind="video", name="Video", segments=(segment,)),))
    assert outline(found).splitlines()[-1] == "  - 0-1s: a, guessed: start, name"


def test_outline_of_nothing() -> None:
    assert outline(Timeline()) == "The timeline is empty."
