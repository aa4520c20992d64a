"""The picture of three cuts: real counts, and the words that each rule keeps."""

import itertools
import re
from collections import Counter

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_iris, load_linnerud

from regsoft.live import Cuts
from regsoft.live.cuts import COUNTS, kept
from tests.regsoft.test_live import words


def test_the_counted_words_are_those_of_the_descriptions():
    loaders = (load_breast_cancer, load_diabetes, load_digits, load_iris, load_linnerud)
    texts = [re.findall("[a-z]+", load().DESCR.lower()) for load in loaders]
    after_of = Counter(b for text in texts for a, b in itertools.pairwise(text) if a == "of")
    assert [count for _, count in after_of.most_common()] == COUNTS.tolist()


def test_each_rule_keeps_as_many_shares_as_its_definition_says():
    rng = np.random.default_rng(0)
    for _ in range(300):
        w, p, m = -np.sort(-rng.dirichlet([0.5] * 9)), *rng.uniform(size=2)
        fewest = next(n for n in range(1, 10) if w[:n].sum() >= p)
        assert kept(w, 4, p, m) == (4, fewest, sum(share >= m * w.max() for share in w))


@pytest.mark.parametrize(("alpha", "counts"), [(0.5, (4, 2, 3)), (1, (4, 8, 11)), (2, (4, 12, 31))])
def test_the_rules_keep_what_the_chapter_says_and_share_the_unit_anew(alpha, counts):
    powers = COUNTS ** (1 / alpha)
    for rule, count in enumerate(counts, 1):
        still = Cuts(alpha=alpha, rule=rule).still()
        first, anew = powers[0] / powers.sum(), powers[0] / powers[:count].sum()
        assert still.alt.endswith(f"the share of the first word {first:.3f}, then {anew:.3f}.")
        assert re.findall(r"keeps (\d+)", still.alt) == [str(each) for each in counts]
        assert f"kept, renormalised: the first {first:.3f} → {anew:.3f}" in words(still)


@pytest.mark.parametrize("alpha", [0.25, 1, 4])
def test_a_temperature_that_comes_last_moves_no_cut(alpha):
    alt = Cuts(alpha=alpha, late=True).still().alt
    assert re.findall(r"keeps (\d+)", alt) == ["4", "8", "11"]
    assert "temperature last" in alt
