"""The judge of argmax maps acquits regsoft's own and convicts planted wrong ones, each of the right offence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regsoft import (
    entmax,
    entmax_jacobian,
    gini_entropy,
    hardmax,
    kl_divergence,
    shannon_entropy,
    sigmoid,
    softmax,
    softmax_jacobian,
    sparsemax,
    sparsemax_jacobian,
    tsallis_entropy,
    weighted_softmax,
)
from regsoft.testing import OF_JACOBIAN, PROPERTIES, check_argmax

PRIOR = np.array([0.5, 0.3, 0.2])


def normal(w):
    return w / w.sum()


def coin(x, alpha):
    share = sigmoid(x[0] - x[1], alpha)
    return np.array([share, 1 - share])


def cut(x, alpha):
    w = softmax(x, alpha)
    return normal(np.where(w < 0.1 * w.max(), 0, w))


def ranked(x, alpha):
    """Softmax at a temperature that depends on where the middle score lies: no gradient of anything."""
    spread = np.ptp(x)
    return softmax(x, alpha / (1 + 4 * (np.median(x) - x.min()) / spread) if spread else alpha)


RIGHT = {
    "softmax": (softmax, shannon_entropy, softmax_jacobian),
    "sparsemax": (sparsemax, gini_entropy, sparsemax_jacobian),
    **{
        f"entmax {order}": (
            lambda x, alpha, order=order: entmax(x, order, alpha),
            lambda w, order=order: tsallis_entropy(w, order),
            lambda x, alpha, order=order: entmax_jacobian(x, order, alpha),
        )
        for order in (1.2, 1.5, 1.75, 3.0, 4.0)
    },
}
SIZES = {"softmax": (2, 3, 5), "sparsemax": (2, 3), "entmax 1.75": 2, "entmax 4.0": 2}
WRONG = {
    "the entropy upside down": ("concave", softmax, lambda w: -shannon_entropy(w)),
    "an entropy that is NaN at the edge": ("concave", softmax, lambda w: -(w * np.log(w)).sum()),
    "exponentials without a shift": ("distribution", lambda x, a: normal(np.exp(x / a)), shannon_entropy),
    "independent sigmoids": ("distribution", sigmoid, shannon_entropy),
    "one share missing": ("distribution", lambda x, a: softmax(x, a)[:-1], shannon_entropy),
    "positive parts": ("shift", lambda x, a: normal(np.maximum(x, 0) + a), shannon_entropy),
    "the first of a tie": ("permutation", lambda x, a: np.eye(len(x))[x.argmax()], shannon_entropy),
    "alpha ignored": ("scaling", lambda x, a: softmax(x), shannon_entropy),
    "scores taken as costs": ("cooling", lambda x, a: softmax(-x, a), shannon_entropy),
    "a tenth to everybody": ("cooling", lambda x, a: 0.9 * softmax(x, a) + 0.1 / len(x), shannon_entropy),
    "no entropy at all": ("heating", lambda x, a: hardmax(x), shannon_entropy),
    "a temperature of its own": ("cycle", ranked, shannon_entropy),
    "twice the temperature": ("maximum", lambda x, a: softmax(x, 2 * a), shannon_entropy),
    "small shares cut off": ("maximum", cut, shannon_entropy),
    "another entropy": ("maximum", sparsemax, shannon_entropy),
    "the temperature off by a thousandth": (
        "stationary",
        lambda x, a: softmax(x, 1.001 * a),
        shannon_entropy,
    ),
}
WRONG_JACOBIANS = {
    "a row only": ("jacobian shape", lambda x, a: softmax_jacobian(x, a)[0]),
    "not a number": ("jacobian shape", lambda x, a: np.full((len(x), len(x)), np.nan)),
    "a corner off": (
        "symmetric",
        lambda x, a: softmax_jacobian(x, a) + np.triu(np.ones((len(x),) * 2), 1) / 99,
    ),
    "the diagonal only": ("null", lambda x, a: np.diag(softmax(x, a)) / a),
    "of costs": ("positive", lambda x, a: -softmax_jacobian(x, a)),
    "not divided by alpha": ("slope", lambda x, a: softmax_jacobian(x)),
    "of sparsemax": ("slope", sparsemax_jacobian),
    "off by a hundred-thousandth": ("slope", lambda x, a: 1.00001 * softmax_jacobian(x, a)),
}


@pytest.mark.parametrize("name", RIGHT)
def test_the_maps_of_regsoft_have_every_property(name):
    report = check_argmax(*RIGHT[name], d=SIZES.get(name, 3))
    assert list(report) == list(PROPERTIES)
    assert max(report.values()) <= 1e-6


def test_a_prior_is_judged_by_what_its_entropy_promises():
    report = check_argmax(
        lambda x, alpha: weighted_softmax(x, PRIOR, alpha), lambda w: -kl_divergence(w, PRIOR), d=3
    )
    assert set(PROPERTIES) - set(report) == {"permutation", *OF_JACOBIAN}


def test_sigmoid_is_judged_as_the_first_of_two_shares():
    assert "slope" not in check_argmax(coin, shannon_entropy, d=2)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_map_fails_by_its_own_property(name):
    offence, argmax, entropy = WRONG[name]
    with pytest.raises(AssertionError, match=f"^{offence}: "):
        check_argmax(argmax, entropy, d=(2, 3))


@pytest.mark.parametrize("name", WRONG_JACOBIANS)
def test_a_wrong_jacobian_fails_by_its_own_property(name):
    offence, jacobian = WRONG_JACOBIANS[name]
    with pytest.raises(AssertionError, match=f"^{offence}: "):
        check_argmax(softmax, shannon_entropy, jacobian, d=(2, 3))


def test_every_property_convicts_somebody():
    assert {row[0] for row in (*WRONG.values(), *WRONG_JACOBIANS.values())} == set(PROPERTIES)


def test_the_counterexample_is_the_smallest_problem_tried_at_which_the_property_fails():
    tried = []

    def wide_only(x, alpha):
        tried.append(x)
        return softmax(x, alpha) if np.ptp(x) < 2 else np.full(len(x), 0.9)

    with pytest.raises(AssertionError) as caught:
        check_argmax(wide_only, shannon_entropy, d=[3, 2])
    sizes = [(len(x), np.abs(x).sum()) for x in tried]
    assert sizes == sorted(sizes)
    assert np.ptp(tried[-1]) >= 2 > max(np.ptp(x) for x in tried[:-1])
    assert str(caught.value).endswith(f"at x = {tried[-1].tolist()}, alpha = 1.0")


def test_a_jacobian_at_a_kink_may_lie_between_the_one_sided_slopes_and_no_further():
    def at_kink(value):  # two scores exactly alpha apart: the slopes on the two sides are 0 and 1/2
        other = value * np.array([[1, -1], [-1, 1]])
        return lambda x, alpha: other / alpha if np.ptp(x) == alpha else sparsemax_jacobian(x, alpha)

    for value in (0, 0.25, 0.5):
        check_argmax(sparsemax, gini_entropy, at_kink(value), d=2)
    with pytest.raises(AssertionError, match=r"^slope: .* at x = \[1.0, 0.0\], alpha = 1.0"):
        check_argmax(sparsemax, gini_entropy, at_kink(0.51), d=2)


def test_the_same_seed_tries_the_same_problems():
    def tried(seed):
        scores = []
        check_argmax(lambda x, alpha: scores.append(x) or softmax(x, alpha), shannon_entropy, d=2, rng=seed)
        return np.array(scores)

    assert np.array_equal(tried(3), tried(3))
    assert np.array_equal(tried(3), tried(np.random.default_rng(3)))
    assert not np.array_equal(tried(3), tried(4))


def test_a_map_that_changes_its_argument_harms_nobody():
    def careless(x, alpha):
        x -= x.max()
        return softmax(x, alpha)

    assert check_argmax(careless, shannon_entropy, d=2).keys() == PROPERTIES.keys() - OF_JACOBIAN.keys()


def test_an_entropy_may_be_minus_infinity_wherever_a_share_is_0():
    def burg(w):
        return np.log(w).sum() if (w > 0).all() else -np.inf

    with pytest.raises(AssertionError, match=r"^(cooling|heating|maximum)"):
        check_argmax(sparsemax, burg)


def test_an_entropy_of_each_share_is_no_number():
    with pytest.raises(ValueError, match=r"^entropy must return one number for one w; got \[") as caught:
        check_argmax(softmax, lambda w: -w * np.log(w + 1e-300))
    assert caught.value.__notes__ == ["check_argmax was at x = [0.0, 0.0], alpha = 1.0"]


def test_what_a_function_raises_is_passed_on_with_the_problem_in_a_note():
    with pytest.raises(ZeroDivisionError) as caught:
        check_argmax(lambda x, alpha: 1 / 0, shannon_entropy)
    assert caught.value.__notes__ == ["check_argmax was at x = [0.0, 0.0], alpha = 1.0"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"d": 1}, ValueError, "d must be one or more integers, each at least 2; got 1"),
        ({"d": []}, ValueError, r"d must be one or more integers, each at least 2; got \[\]"),
        ({"d": [[2]]}, ValueError, r"d must be one or more integers, each at least 2; got \[\[2\]\]"),
        ({"d": 2.5}, TypeError, "d must hold integers"),
        ({"tol": 0}, ValueError, "tol must be positive and finite; got 0"),
        ({"tol": "small"}, TypeError, "tol must hold real numbers"),
        ({"rng": -1}, ValueError, "non-negative"),
    ],
)
def test_bad_settings_are_refused_by_name_and_value(arguments, error, message):
    with pytest.raises(error, match=message):
        check_argmax(softmax, shannon_entropy, **arguments)


@given(order=st.sampled_from([1.0, 1.25, 2.0]), scale=st.sampled_from([1.0, 2.0]), d=st.integers(2, 4))
@settings(max_examples=2)
def test_the_judge_passes_the_maximiser_of_an_entropy_and_no_other(order, scale, d):
    def entropy(w):
        return scale * tsallis_entropy(np.clip(w, 0, 1) / np.clip(w, 0, 1).sum(), order)

    check_argmax(lambda x, alpha: entmax(x, order, scale * alpha), entropy, d=d)
    with pytest.raises(AssertionError, match="at x = "):
        check_argmax(lambda x, alpha: entmax(x, order, 1.5 * scale * alpha), entropy, d=d)


@pytest.mark.parametrize(("dtype", "tol"), [(np.float32, 1e-4), (np.float16, 2e-2)])
def test_maps_of_less_precision_are_judged_under_their_own_tolerance(dtype, tol):
    def narrow(function, factor=1.0):
        return lambda x, alpha: function(x.astype(dtype), factor * alpha)

    jacobian = narrow(softmax_jacobian)
    check_argmax(narrow(softmax), shannon_entropy, jacobian, d=(2, 3), tol=tol)
    check_argmax(lambda x, alpha: narrow(softmax)(x, alpha).tolist(), shannon_entropy, d=2, tol=tol)
    with pytest.raises(AssertionError, match=r"^(maximum|stationary): "):
        check_argmax(narrow(softmax, 1.5), shannon_entropy, tol=tol)
    with pytest.raises(AssertionError, match=r"^slope: "):
        check_argmax(narrow(softmax), shannon_entropy, narrow(sparsemax_jacobian), tol=tol)


def test_what_is_not_a_real_number_is_refused():
    with pytest.raises(
        TypeError, match=r"^what the function returns must hold real numbers; got dtype complex128"
    ):
        check_argmax(lambda x, alpha: softmax(x, alpha) + 0j, shannon_entropy)


def test_a_map_that_leaves_the_simplex_somewhere_gets_a_verdict_and_no_error_of_the_entropy():
    def cold(x, alpha):  # right for the temperatures of the problems, not far below
        return softmax(x, alpha) * (1 if alpha > 0.1 else 1.5)

    with pytest.raises(
        AssertionError, match=r"^distribution: argmax\(x, alpha\) is \[0.75, 0.75\]; error 0.5"
    ):
        check_argmax(cold, shannon_entropy)
