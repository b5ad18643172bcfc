"""A shape tells every key and no value."""

import json
from datetime import timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_nemo.api import RenderStatus, SessionState
from mcp_nemo.api.models import Credits, Wire
from mcp_nemo.doctor.shapes import Key, Shape, read_paths, shape_of

SECRET = "what the user said to nobody else"


def _shape(body: object, model: type[Wire] = Credits, draft_at: str = "") -> Shape:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = httpx.Response(200, content=content, headers={"content-type": "application/json"})
    response.elapsed = timedelta(milliseconds=12)
    return shape_of(response, "GET /somewhere", model, draft_at)


def _keys(shape: Shape) -> dict[str, Key]:
    return {key.path: key for key in shape.keys}


def _unknown(shape: Shape) -> set[str]:
    return {key.path for key in shape.keys if not key.known}


def test_keys_are_known_unknown_or_missing() -> None:
    shape = _shape({"code": 0, "data": {"available": 7.5, "frozen": None, "gift": {"until": SECRET}}})
    assert _unknown(shape) == {"data.gift", "data.gift.until"}
    assert shape.missing == ("data.total",)
    keys = _keys(shape)
    assert keys["code"].words == ("0",)
    assert keys["data.available"].types == ("number",)
    assert keys["data.frozen"].types == ("null",)
    assert keys["data.gift.until"].lengths == (len(SECRET), len(SECRET))


def test_lists_are_one_path_with_the_range_of_their_lengths() -> None:
    keys = _keys(
        _shape({"data": {"files": [{"type": "video", "n": "ab"}, {"type": "audio", "n": "abcd"}, 1]}})
    )
    assert keys["data.files"].lengths == (3, 3)
    assert keys["data.files[]"].types == ("integer", "object")
    assert keys["data.files[].n"].lengths == (2, 4)
    assert keys["data.files[].type"].words == ("audio", "video")
    assert keys["data.files[].n"].words == ()


@pytest.mark.parametrize(
    ("body", "envelope"),
    [
        ({"code": 0, "message": "ok", "data": {}}, "code beside data"),
        ({"success": True, "data": {}}, "success beside data"),
        ({"code": 1001, "message": "no"}, "code beside no data"),
        ({"available": 1}, "bare"),
        ([1], "no JSON object"),
        (b"<html>", "no JSON object"),
        (b"", "no JSON object"),
    ],
)
def test_envelopes(body: object, envelope: str) -> None:
    assert _shape(body).envelope == envelope


def test_one_of_several_places_is_enough() -> None:
    shape = _shape(
        {"status": "completed", "progress": 100, "outputUrl": "https://cdn.example/x"}, RenderStatus
    )
    assert not _unknown(shape)
    assert not [path for path in shape.missing if "outputUrl" in path]
    assert shape.words("status") == ("completed",)


def test_a_refusal_lacks_nothing() -> None:
    assert _shape({"code": 2001, "message": "no credits"}).missing == ()


@pytest.mark.parametrize("pack", [lambda draft: draft, json.dumps])
def test_a_draft_is_opened_and_held_against_its_decoder(pack: object) -> None:
    assert callable(pack)
    segment = {"d": 2000, "m": {"name": SECRET, "glow": {"colour": SECRET}}, "zz": [SECRET]}
    draft = {"t": [{"tt": 0, "sg": [segment]}, {"tt": 99, "sg": []}], "d": 2000}
    shape = _shape({"code": 0, "data": {"state": {"draft": pack(draft)}}}, SessionState, "state.draft")
    keys = _keys(shape)
    at = "data.state.draft"
    assert keys[f"{at}.t[].tt"].words == ("0", "99")
    assert {f"{at}.d", f"{at}.t[].sg[].d", f"{at}.t[].sg[].m"} <= set(keys)
    unknown = {f"{at}.t[].sg[].zz", f"{at}.t[].sg[].m.glow"}
    assert _unknown(shape) == {*unknown, f"{at}.t[].sg[].zz[]", f"{at}.t[].sg[].m.glow.colour"}
    assert SECRET not in repr(shape)


@pytest.mark.parametrize(
    "key", ["7284950172938", "someone@example.com", "https://cdn.example/a", "k" * 41, ""]
)
def test_a_key_that_may_be_a_value_is_hidden(key: str) -> None:
    shape = _shape({"data": {key: 1}})
    [path] = _unknown(shape)
    assert path == f"data.<key of {len(key)} characters>"


def test_deep_nesting_ends() -> None:
    body = json.loads('{"a":' * 500 + "1" + "}" * 500)
    assert len(_shape(body).keys) < 20


Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.just(SECRET),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=12), below, max_size=4),
    max_leaves=20,
)


@given(Json, st.sampled_from([Credits, RenderStatus, SessionState]))
def test_no_text_of_any_answer_is_in_its_shape(body: object, model: type[Wire]) -> None:
    assert SECRET not in repr(_shape({"status": SECRET, "state": {"draft": body}}, model, "state.draft"))


def test_every_field_of_a_model_has_a_path() -> None:
    assert list(read_paths(Credits)) == [["available"], ["frozen"], ["total"]]
    assert ["output.url", "outputUrl", "output_url", "url"] in list(read_paths(RenderStatus))
    assert ["state.draft"] in list(read_paths(SessionState))
