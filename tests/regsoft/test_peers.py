"""The tests of other packages pass with regsoft in place of the packages' own functions."""

import pytest

from .peers import FAILS, PASSES, PEERS, missing, outcomes


@pytest.mark.parametrize("peer", PEERS)
def test_the_cases_of_another_package_pass_unless_a_reason_is_written(peer):
    """A reason stands in `peers_adapter.py`, where a case asks for what regsoft lacks, or in `peers.OTHERWISE`."""
    if module := missing(peer):
        pytest.skip(f"{module} is not installed; `make bench ONLY=peers` runs the tests of every package")
    cases = outcomes(peer)
    assert [(name, reason) for name, outcome, reason in cases if outcome == FAILS] == []
    assert sum(outcome == PASSES for _, outcome, _ in cases) > 40
