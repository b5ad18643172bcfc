"""The official conformance suite, scenario by scenario, in both revisions of the protocol."""

from typing import Final

import pytest

from tests.conformance.conftest import Judge, Revision

pytestmark = [
    pytest.mark.conformance,
    # The suite asks for what is deprecated too.
    pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning"),
]

_EXCUSED: Final = (
    # Not scored. A client before 2026 hangs up and goes on with the stream where it was, for which every
    # message to every client would have to be kept. The protocol has dropped that; long work goes on
    # without a stream here, and is asked after.
    "server-sse-polling",
)

# All others call tools, prompts and resources that only the suite's own servers have.
_FOR_ANY_SERVER: Final[dict[Revision, tuple[str, ...]]] = {
    "2026-07-28": (
        "caching",
        "completion-complete",
        "dns-rebinding-protection",
        "http-header-validation",
        "input-required-result-unsupported-methods",
        "prompts-list",
        "resources-list",
        "sep-2164-resource-not-found",
        "server-sse-multiple-streams",
        "server-stateless",
        "tools-list",
    ),
    "2025-11-25": (
        "completion-complete",
        "dns-rebinding-protection",
        "ping",
        "prompts-list",
        "resources-list",
        "resources-subscribe",
        "resources-unsubscribe",
        "server-initialize",
        "server-session-lifecycle",
        "server-sse-multiple-streams",
        "tools-list",
    ),
}
# Checks of `server-stateless` that call such a tool, too.
_OF_FIXTURES: Final = (
    "sep-2575-missing-capability-http-400",
    "sep-2575-server-rejects-undeclared-capability",
    "sep-2575-server-sends-prompts-list-changed-on-subscription",
    "sep-2575-server-sends-tools-list-changed-on-subscription",
)


@pytest.mark.parametrize("revision", _FOR_ANY_SERVER)
def test_every_scenario_passes(
    everything_url: str, judge: Judge, revision: Revision, subtests: pytest.Subtests
) -> None:
    report = judge(everything_url, revision)
    assert report.keys() >= set(_FOR_ANY_SERVER[revision])
    for scenario, faults in report.items():
        with subtests.test(scenario):
            # An excuse that is not needed any more fails, too.
            assert bool(faults) == (scenario in _EXCUSED), faults


@pytest.mark.parametrize("revision", _FOR_ANY_SERVER)
def test_the_product_passes_what_asks_for_no_fixtures(
    product_url: str, judge: Judge, revision: Revision, subtests: pytest.Subtests
) -> None:
    report = judge(product_url, revision)
    for scenario in _FOR_ANY_SERVER[revision]:
        with subtests.test(scenario):
            assert [fault for fault in report[scenario] if fault.check not in _OF_FIXTURES] == []
