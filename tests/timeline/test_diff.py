from mcp_nemo.engine.draft import Zooming
from mcp_nemo.timeline import Timeline, decode, differences
from tests.timeline.drafts import clip, music, timeline, title

CITY = clip("city", 0, 12_000)
FIVE = tuple(clip(name, place * 3000, 3000) for place, name in enumerate("abcde"))


def changed(segment: dict[str, object], **words: object) -> list[str]:
    """What is said when these words are added to the `m` of the only segment."""
    before = {"t": [{"tt": 0, "sg": [{"d": 3000, "m": segment}]}]}
    after = {"t": [{"tt": 0, "sg": [{"d": 3000, "m": segment | words}]}]}
    return differences(decode(before), decode(after))


def test_first_clip() -> None:
    assert differences(Timeline(), timeline(CITY)) == [
        "Added video 'city', 0-12s",
        "The canvas is now 1920x1080",
        "The timeline now runs 12s",
    ]


def test_added_music() -> None:
    after = timeline(CITY, music("Calm", 12_000, volume=0.8, fade_out_ms=2000))
    assert differences(timeline(CITY), after) == ["Added music 'Calm', 0-12s, 80%, fades out over 2s"]


def test_removed_title() -> None:
    assert differences(timeline(CITY, title("Hello")), timeline(CITY)) == ['Removed title "Hello", 0-3s']


def test_several_settings_of_one_segment_are_one_sentence() -> None:
    before = timeline(CITY, music("Calm", 12_000, volume=0.8))
    after = timeline(CITY, music("Calm", 12_000, volume=0.4, fade_out_ms=2000))
    assert differences(before, after) == ["Music 'Calm': volume 80% → 40%, fade-out none → 2s"]


def test_muting() -> None:
    after = timeline(clip("city", 0, 12_000, volume=0))
    assert differences(timeline(CITY), after) == ["Video 'city': muted (was 100%)"]
    assert differences(after, timeline(CITY)) == ["Video 'city': volume 0% → 100%"]


def test_music_replaced_and_composed_anew() -> None:
    before = timeline(music("Calm", 12_000))
    assert differences(before, timeline(music("Upbeat", 12_000))) == [
        "Music 'Calm' replaced with 'Upbeat'",
    ]
    assert differences(before, timeline(music("Calm", 12_000, seed=2))) == ["Music 'Calm' composed anew"]


def test_reworded_title() -> None:
    assert differences(timeline(title("Hello")), timeline(title("Summer 2026"))) == [
        'Title "Hello" now reads "Summer 2026"'
    ]


def test_title_put_elsewhere() -> None:
    after = timeline(title("Hello").model_copy(update={"place": "top"}))
    assert differences(timeline(title("Hello")), after) == ['Title "Hello" now at the top']


def test_trim_at_the_front() -> None:
    after = timeline(clip("city", 0, 10_000, source_start_ms=2000))
    assert differences(timeline(CITY), after) == [
        "Video 'city' trimmed from 12s to 10s, starting 2s into its source, now 0-10s",
        "The timeline now runs 10s (was 12s)",
    ]


def test_cut_in_two() -> None:
    after = timeline(clip("city", 0, 3000), clip("city", 3000, 9000, source_start_ms=3000))
    assert differences(timeline(CITY), after) == ["Video 'city' cut into 2 pieces, 0-3s and 3-12s"]


def test_middle_taken_out() -> None:
    after = timeline(clip("city", 0, 3000), clip("city", 3000, 7000, source_start_ms=5000))
    assert differences(timeline(CITY), after) == [
        "Video 'city' cut into 2 pieces, 0-3s and 3-10s, with 2s taken out",
        "The timeline now runs 10s (was 12s)",
    ]


def test_only_a_part_looks_different() -> None:
    grey = clip("city", 5000, 3000, source_start_ms=5000).model_copy(update={"saturation": -1.0})
    rest = clip("city", 8000, 4000, source_start_ms=8000)
    assert differences(timeline(CITY), timeline(clip("city", 0, 5000), grey, rest)) == [
        "Video 'city' cut into 3 pieces, 0-5s, 5-8s and 8-12s; 5-8s: black and white"
    ]


def test_only_a_part_is_faster() -> None:
    fast = clip("city", 5000, 1500, source_start_ms=5000).model_copy(update={"speed": 2.0})
    after = timeline(clip("city", 0, 5000), fast, clip("city", 6500, 4000, source_start_ms=8000))
    assert differences(timeline(CITY), after) == [
        "Video 'city' cut into 3 pieces, 0-5s, 5-6.5s and 6.5-10.5s; 5-6.5s: speed 1x → 2x",
        "The timeline now runs 10.5s (was 12s)",
    ]


def test_parts_that_are_alike_are_said_once() -> None:
    muted = [clip("city", at * 3000, 3000, source_start_ms=at * 3000, volume=at % 2) for at in range(4)]
    assert differences(timeline(CITY), timeline(*muted)) == [
        "Video 'city' cut into 4 pieces, 0-3s, 3-6s, 6-9s and 9-12s; 0-3s and 6-9s: muted (was 100%)"
    ]


def test_what_a_cut_changes_by_itself_is_not_told() -> None:
    opening = clip("sea", 0, 5000)
    whole = clip("city", 4000, 8000, fade_in_ms=500, fade_out_ms=700).model_copy(
        update={"crossfade_ms": 1000, "zoom": Zooming(end=2)}
    )
    first = clip("city", 4000, 4000, fade_in_ms=500).model_copy(
        update={"crossfade_ms": 1000, "zoom": Zooming(end=1.5)}
    )
    second = clip("city", 8000, 4000, source_start_ms=4000, fade_out_ms=700).model_copy(
        update={"zoom": Zooming(start=1.5, end=2)}
    )
    assert differences(timeline(opening, whole), timeline(opening, first, second)) == [
        "Video 'city' cut into 2 pieces, 4-8s and 8-12s"
    ]
    still = second.model_copy(update={"zoom": None})
    assert differences(timeline(opening, whole), timeline(opening, first, still)) == [
        "Video 'city' cut into 2 pieces, 4-8s and 8-12s; "
        "4-8s: zooming from 100% to 150% (was zooming from 100% to 200%); "
        "8-12s: no longer zooming from 100% to 200%"
    ]


def test_a_photo_is_cut() -> None:
    shades = (clip("photo", 0, 4000), clip("photo", 4000, 8000).model_copy(update={"warmth": 0.3}))
    assert differences(timeline(clip("photo", 0, 12_000)), timeline(*shades)) == [
        "Video 'photo' cut into 2 pieces, 0-4s and 4-12s; 4-12s: 30% warmer"
    ]


def test_a_piece_is_cut_again() -> None:
    first, second = clip("city", 0, 3000), clip("city", 3000, 9000, source_start_ms=3000)
    halves = (
        clip("city", 3000, 4000, source_start_ms=3000),
        clip("city", 7000, 5000, source_start_ms=7000),
    )
    assert differences(timeline(first, second), timeline(first, *halves)) == [
        "Video 'city' cut into 2 pieces, 3-7s and 7-12s"
    ]


def test_pieces_that_are_left_alone_are_no_cut() -> None:
    pieces = (clip("city", 0, 3000), clip("city", 3000, 9000, source_start_ms=3000))
    quieter = tuple(each.model_copy(update={"volume": 0.5}) for each in pieces)
    assert differences(timeline(*pieces), timeline(*quieter)) == ["2 video clips ('city'): volume 100% → 50%"]


def test_of_several_that_are_called_the_same_it_is_said_which() -> None:
    first, second = clip("city", 0, 3000), clip("city", 3000, 9000, source_start_ms=3000)
    muted = second.model_copy(update={"volume": 0})
    assert differences(timeline(first, second), timeline(first, muted)) == [
        "Video 'city' (3-12s): muted (was 100%)"
    ]


def test_a_copy_is_no_cut() -> None:
    after = timeline(CITY, clip("city", 12_000, 12_000))
    assert differences(timeline(CITY), after) == [
        "Added video 'city', 12-24s",
        "The timeline now runs 24s (was 12s)",
    ]


def test_what_closes_up_after_a_removal_is_one_sentence() -> None:
    rest = tuple(clip(name, place * 3000, 3000) for place, name in enumerate("bcde"))
    assert differences(timeline(*FIVE), timeline(*rest)) == [
        "Removed video 'a', 0-3s",
        "4 video clips ('b', 'c', 'd' and 'e') moved 3s earlier",
        "The timeline now runs 12s (was 15s)",
    ]


def test_one_setting_for_all_is_one_sentence() -> None:
    muted = (each.model_copy(update={"volume": 0.5}) for each in FIVE)
    assert differences(timeline(*FIVE), timeline(*muted)) == [
        "5 video clips ('a', 'b', 'c' and 2 more): volume 100% → 50%"
    ]


def test_swapped_clips() -> None:
    before = timeline(clip("a", 0, 3000), clip("b", 3000, 3000))
    after = timeline(clip("b", 0, 3000), clip("a", 3000, 3000))
    assert differences(before, after) == [
        "Video 'b' moved 3s earlier, now 0-3s",
        "Video 'a' moved 3s later, now 3-6s",
    ]


def test_many_titles_are_listed_together() -> None:
    captions = (title(f"line {second}", second * 1000, 1000) for second in range(9))
    assert differences(timeline(CITY), timeline(CITY, *captions)) == [
        'Added 9 titles ("line 0", "line 1", "line 2" and 6 more), 0-9s'
    ]


def test_speed() -> None:
    before = decode({"t": [{"tt": 0, "sg": [{"d": 12_000, "m": {"name": "a"}}]}]})
    after = decode({"t": [{"tt": 0, "sg": [{"d": 6000, "m": {"name": "a", "speed": 2}}]}]})
    assert differences(before, after) == [
        "Video 'a' shortened from 12s to 6s, now 0-6s; speed 1x → 2x",
        "The timeline now runs 6s (was 12s)",
    ]


def test_the_whole() -> None:
    before = timeline(CITY)
    after = before.model_copy(update={"title": "Trip", "width": 1080, "height": 1920})
    assert differences(before, after) == [
        "The project is now called 'Trip'",
        "The canvas is now 1080x1920 (was 1920x1080)",
    ]
    assert differences(before, Timeline(title="project", width=1920, height=1080)) == [
        "Removed video 'city', 0-12s",
        "The timeline is now empty",
    ]


def test_a_neutral_value_is_as_good_as_none() -> None:
    assert changed({"name": "a"}, volume=1, speed=1, fade_in_ms=0, source_start_ms=0) == []


def test_renamed_and_other_media() -> None:
    assert changed({"name": "a", "source": "1"}, name="b") == ["Video 'a' renamed to 'b'"]
    assert changed({"name": "a", "source": "1"}, name="b", source="2") == ["Video 'a' replaced with 'b'"]
    assert changed({"name": "a", "source": "1"}, source="2") == ["Video 'a' now plays other media"]


def test_settings_nobody_knows_are_seen_to_change() -> None:
    assert changed({"name": "a"}, filter="warm") == ["Video 'a': filter none → warm"]
    assert changed({"name": "a", "zoom": 1}, zoom=1.5) == ["Video 'a': zoom 1 → 1.5"]
    assert changed({"name": "a"}, p=1, q=2, r=3, u=4, v=5) == [
        "Video 'a': p none → 1, q none → 2, r none → 3, 2 more settings"
    ]


def test_what_changes_by_itself_is_no_edit() -> None:
    noise = {"segmentId": 2, "id": 3, "updated_at": 4, "poster": "https://cdn.example.com/p.png?sig=2"}
    assert changed({"name": "a", "url": "https://cdn.example.com/a.mp4?sig=1"}, **noise) == []
    url = "https://cdn.example.com/a.mp4?sig={}"
    assert changed({"name": "a", "url": url.format(1)}, url=url.format(2)) == []


def test_names_cannot_break_out_of_their_sentence() -> None:
    (sentence,) = changed({"name": "a\n\nAdded video 'b'" + "!" * 500}, volume=0)
    assert sentence.startswith("Video 'a Added video 'b'!!!")
    assert sentence.isprintable()
    assert len(sentence) < 100
