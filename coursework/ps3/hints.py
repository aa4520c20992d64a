"""Hints for problem set 3, temperature, conjugacy and numerics: what `check` says while students work."""

import numpy as np

from regsoft.check import checks, expect, fixed, near, numbers, shown


def half_the_entropy(x, halfway):
    """At the temperature that you call `halfway`, your shares have half the largest entropy

    Hint: entropy rises with the temperature, from 0 to log 3. So halve an interval again and again.
    """
    alpha = numbers(halfway, "halfway", ())
    expect(0 < alpha < np.inf, f"a temperature is positive; got {alpha:.4g}")
    weights = np.exp((numbers(x, "x", (3,)) - np.max(x)) / alpha)
    w = weights / weights.sum()
    some = w[w > 0]  # 0 log 0 is 0
    entropy, wanted = float(some @ -np.log(some)) + 0.0, float(np.log(3) / 2)
    expect(near(entropy, wanted, 1e-3), f"at {alpha:.4g} the entropy is {entropy:.4g}, not {wanted:.4g}")


def two_equal_scores(my_logsumexp):
    """For the scores (0, 0) it is log 2

    Hint: the logarithm of the sum of the exponentials.
    """
    value = numbers(my_logsumexp(fixed(0, 0)), "the result", ())
    expect(near(value, np.log(2)), f"it gave {value:.6g}")


def scale_with_temperature(my_logsumexp):
    """Twice the scores at twice the temperature give twice the value

    Hint: it has the unit of a score. alpha stands in two places.
    """
    one, two = (my_logsumexp(k * fixed(1, 2, 4), k * 1.0) for k in (1, 2))
    one, two = numbers(one, "the result", ()), numbers(two, "the result", ())
    expect(
        near(two, 2 * one), f"(1, 2, 4) at alpha = 1 gives {one:.6g}, (2, 4, 8) at alpha = 2 gives {two:.6g}"
    )


def value_of_large_scores(my_logsumexp):
    """Large scores do not overflow, scores far below 0 do not vanish

    Hint: add a constant to all scores, and the value rises by the constant.
    """
    for score in (1000.0, -1000.0):
        value = numbers(my_logsumexp(fixed(score, score)), "the result", ())
        expect(near(value, score + np.log(2), 1e-12), f"of ({score}, {score}) it gave {value:.6g}")


def shares_from_their_logarithms(my_log_softmax):
    """The exponentials of its entries are shares

    Hint: the logarithm of a quotient is a difference of logarithms.
    """
    for alpha in (1.0, 0.5):
        total = np.exp(numbers(my_log_softmax(fixed(1, 2, 4), alpha), "the result", (3,))).sum()
        expect(near(total, 1), f"at (1, 2, 4), alpha = {alpha} they add up to {total:.6g}")


def a_share_too_small_for_a_number(my_log_softmax):
    """For the scores (0, 1000) it is (-1000, 0)

    Hint: the share e^-1000 is rounded to 0 before its logarithm is taken. Take no logarithm of a share.
    """
    logs = numbers(my_log_softmax(fixed(0, 1000)), "the result", (2,))
    expect(near(logs, [-1000, 0]), f"it gave {shown(logs)}")


def the_square(conjugate):
    """The conjugate of w^2 / 2 is s^2 / 2

    Hint: for each slope s, the largest of s * w - value over all places w.
    """
    places, slopes = fixed(np.linspace(-5, 5, 1001)), fixed(-2, 0, 1)
    result = numbers(conjugate(places**2 / 2, places, slopes), "the result", (3,))
    expect(near(result, slopes**2 / 2), f"at the slopes (-2, 0, 1) it gave {shown(result)}")


def a_few_uneven_places(conjugate):
    """It takes any places, and any number of slopes

    Hint: one row for each slope, one column for each place; then the largest of each row.
    """
    result = numbers(conjugate(fixed(0, 3), fixed(-1, 2), fixed(-2, 0, 1, 3)), "the result", (4,))
    expect(
        near(result, [2, 0, -1, 3]),
        f"values (0, 3) at (-1, 2), slopes (-2, 0, 1, 3): it gave {shown(result)}",
    )


def yes_or_no(comes_back):
    """It says True or False

    Hint: is there a return in every case? np.all(...) turns many answers into one.
    """
    got = comes_back(fixed(0, 1, 2), fixed(0, 1, 2))
    expect(isinstance(got, bool | np.bool_), f"for a straight line it gave {got!r:.60}")


def a_straight_line(comes_back):
    """A straight line comes back

    Hint: rounding makes its slopes differ in the last digits. Which differences are too small to count?
    """
    places = fixed(np.linspace(0, 1, 21))
    got = comes_back(fixed(0.3 * places), places)
    expect(bool(got), f"it gave {got!r:.60}")


def a_bowl_and_an_arch(comes_back):
    """A bowl comes back, an arch does not

    Hint: the conjugate of anything is a maximum of straight lines. Which shapes can that have?
    """
    places = fixed(np.linspace(0, 1, 21))
    for values, name, wanted in (
        ((places - 0.5) ** 2, "a bowl", True),
        (places * (1 - places), "an arch", False),
    ):
        got = comes_back(fixed(values), places)
        expect(got == wanted, f"for {name} it gave {got!r:.60}")


def a_dent(comes_back):
    """A bowl with one value raised does not come back

    Hint: look at each place and its two neighbours.
    """
    got = comes_back(fixed(4, 1.5, 1.6, 1, 4), fixed(-2, -1, -0.5, 1, 2))
    expect(not got, f"it gave {got!r:.60}")


def two_halves(summary, merge):
    """The merged summaries of two blocks are the summary of all

    Hint: m is the larger of the two. By which factor must each s be multiplied, so that it refers to this m?
    """
    x = fixed(3, -1, 2, 0.5, 4)
    whole = numbers(summary(x), "summary(x)", (2,))
    for cut in (1, 3):
        both = numbers(merge(summary(x[:cut]), summary(x[cut:])), "the merged summary", (2,))
        expect(near(both, whole), f"cut after {cut} of 5 scores: {shown(both)}, uncut: {shown(whole)}")


def far_apart(summary, merge):
    """Blocks may be a thousand apart

    Hint: rescale to the larger maximum, never to the smaller.
    """
    both = numbers(merge(summary(fixed(1000, 1000)), summary(fixed(0))), "the merged summary", (2,))
    expect(near(both, [1000, 2]), f"blocks (1000, 1000) and (0): {shown(both)}")


def the_summary_of_nothing(summary, merge):
    """Merging with (-inf, 0), the summary of no scores, changes nothing

    Hint: -inf - (-inf) is not a number. When can both maxima be -inf?
    """
    nothing, block = (-np.inf, 0.0), (2.0, 1.5)
    for one, other in ((nothing, block), (block, nothing)):
        both = numbers(merge(one, other), "the merged summary", (2,))
        expect(near(both, block), f"{one} and {other}: {shown(both)}")
    both = numbers(merge(nothing, nothing), "the merged summary", (2,))
    expect(near(both, nothing), f"nothing and nothing: {shown(both)}")


QUESTIONS = {
    "halfway": (half_the_entropy,),
    "my_logsumexp": (two_equal_scores, scale_with_temperature, value_of_large_scores),
    "my_log_softmax": (shares_from_their_logarithms, a_share_too_small_for_a_number),
    "conjugate": (the_square, a_few_uneven_places),
    "comes_back": (yes_or_no, a_straight_line, a_bowl_and_an_arch, a_dent),
    "merge": (two_halves, far_apart, the_summary_of_nothing),
}

check = checks(QUESTIONS)
