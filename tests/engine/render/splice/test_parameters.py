"""Parameter sets as encoders write them, and joined."""

from contextlib import suppress
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.engine.render.splice.bits import BitReader, OutOfBits, digits_of, nal_unit, payload
from mcp_nemo.engine.render.splice.parameters import NotCopied, ParameterSets
from tests.engine.render.splice.coded import coded, parameters_of, record_of, silenced

PROFILES = {"baseline": 66, "main": 77, "high": 100}
# Of a film of 160 x 96 in High, as libx264 writes it.
RECORD = bytes.fromhex(
    "0164000bffe1001b6764000bacd9428da6a0404028000003000800000301e078a14cb001000468ef8fcbfdf8f800"
)
BUFFERED = "nal-hrd=vbr:vbv-maxrate=1000:vbv-bufsize=1000"


@pytest.mark.parametrize(
    ("profile", "more"),
    [
        *product(PROFILES, [BUFFERED, "overscan=show:chromaloc=1:fullrange=on:colorprim=bt709", "bframes=0"]),
        ("high", "cqm=jvt"),
    ],
)
def test_a_record_is_written_as_it_was_read(tmp_path: Path, profile: str, more: str) -> None:
    coded(tmp_path / "a.mp4", 3, profile=profile, params=more)

    sets = parameters_of(tmp_path / "a.mp4")

    assert sets.to_record() == record_of(tmp_path / "a.mp4")
    assert sets.facts()[0].profile == PROFILES[profile]


@pytest.mark.parametrize(
    ("options", "reordered"),
    [("bframes=0", 0), ("bframes=3:b-pyramid=none", 1), ("bframes=3:b-pyramid=normal", 2)],
)
def test_the_reordering_is_what_the_encoder_was_told(tmp_path: Path, options: str, reordered: int) -> None:
    coded(tmp_path / "a.mp4", 30, params=options)

    assert parameters_of(tmp_path / "a.mp4").reordered == reordered


@pytest.mark.parametrize("is_described", [True, False])
@pytest.mark.parametrize("reordered", [0, 1, 2])
def test_what_hardware_leaves_unsaid_is_added(tmp_path: Path, is_described: bool, reordered: int) -> None:
    spoken = coded(tmp_path / "a.mp4", 3, profile="main", params="level=3").path
    record = record_of(silenced(spoken, tmp_path / "b.mp4", is_described=is_described).path)
    with pytest.raises(NotCopied, match="do not say"):
        ParameterSets.from_record(record)

    sets = ParameterSets.from_record(record, reordered)

    [facts], [before] = sets.facts(), parameters_of(spoken).facts()
    assert facts == replace(before, reordered=reordered)
    assert ParameterSets.from_record(sets.to_record()) == sets
    assert ParameterSets.from_record(record_of(spoken), reordered) == parameters_of(spoken)


def test_sets_with_numbers_of_their_own_are_joined(tmp_path: Path) -> None:
    coded(tmp_path / "a.mp4", 3, profile="main", params="level=3")
    source = parameters_of(tmp_path / "a.mp4")
    coded(tmp_path / "b.mp4", 3, params=f"level=4:sps-id={source.free_id()}")

    joined = source.joined(parameters_of(tmp_path / "b.mp4"))
    again = ParameterSets.from_record(joined.to_record())

    assert again == joined
    assert [facts.id for facts in again.facts()] == [0, 1]
    assert again.free_id() == 2
    _, profile, constraints, level = again.to_record()[:4]
    assert (profile, constraints, level) == (100, 0, 40)
    assert source.joined(source) == source


def test_different_sets_of_one_number_are_not_joined(tmp_path: Path) -> None:
    coded(tmp_path / "a.mp4", 3, profile="main")
    coded(tmp_path / "b.mp4", 3, profile="high")

    with pytest.raises(NotCopied):
        parameters_of(tmp_path / "a.mp4").joined(parameters_of(tmp_path / "b.mp4"))


def test_a_record_with_two_sets_of_one_number_is_refused(tmp_path: Path) -> None:
    for profile in ("main", "high"):
        coded(tmp_path / f"{profile}.mp4", 3, profile=profile)
    main, high = (parameters_of(tmp_path / f"{profile}.mp4") for profile in ("main", "high"))
    both = ParameterSets(main.sequences + high.sequences, main.pictures)

    with pytest.raises(NotCopied):
        ParameterSets.from_record(both.to_record())


@pytest.mark.parametrize(
    ("pixels", "params"),
    [("yuv422p", ""), ("yuv444p", ""), ("yuv420p10le", ""), ("yuv420p", "tff=1")],
)
def test_what_few_players_show_is_refused(tmp_path: Path, pixels: str, params: str) -> None:
    coded(tmp_path / "a.mp4", 3, pixels=pixels, params=params)

    with pytest.raises(NotCopied):
        parameters_of(tmp_path / "a.mp4")


@given(st.integers(0, len(RECORD) - 1), st.integers(0, 255), st.integers(0, len(RECORD)))
def test_a_damaged_record_is_refused_or_read(place: int, byte: int, length: int) -> None:
    damaged = RECORD[:place] + bytes((byte,)) + RECORD[place + 1 :]

    with suppress(NotCopied):
        assert ParameterSets.from_record(damaged, 1).facts()
    with suppress(NotCopied):
        assert ParameterSets.from_record(RECORD[:length]).facts()


@given(st.lists(st.integers(0, 2**20), min_size=1))
def test_numbers_are_read_back(numbers: list[int]) -> None:
    digits = "".join(f"{number + 1:b}".zfill(2 * (number + 1).bit_length() - 1) for number in numbers)
    padded = digits.ljust(-(-len(digits) // 8) * 8, "0")
    reader = BitReader(int(padded, 2).to_bytes(len(padded) // 8, "big"))

    assert [reader.unsigned() for _ in numbers] == numbers
    with pytest.raises(OutOfBits):
        reader.bits(9)


def test_guarding_bytes_are_left_out() -> None:
    assert payload(b"\x67\0\0\3\1\0\0\3") == b"\0\0\1\0\0"


@given(st.text("01", max_size=200), st.integers(0, 80))
def test_units_hold_what_was_put_in_them_and_no_start_code(digits: str, zeros: int) -> None:
    digits = "0" * zeros + digits

    made = nal_unit(0x67, digits)

    reader = BitReader(payload(made))
    assert "".join(str(reader.bits(1)) for _ in digits) == digits
    assert reader.flag()
    assert not any(b"\0\0" + bytes((third,)) in made for third in range(3))


@given(st.integers(0, 2**20))
def test_a_number_has_one_code(number: int) -> None:
    assert BitReader(payload(nal_unit(0, digits_of(number)))).unsigned() == number
