"""Hints for problem set 1, the two functions: what `check` says while students work. It decides no marks."""

from itertools import product

import numpy as np

from regsoft.check import checks, expect, fixed, near, numbers, shown

EIGHT = list(product((1, -1), repeat=3))
WORDS = ("max", "min", "neither")


def the_ratio(x, ratio, alpha_nine):
    """The ratio is that of the best share and the second at alpha = 1

    Hint: a quotient of shares has no sum in it. By what factor does a lead in score multiply a share?
    """
    second, first = np.exp(numbers(x, "x", (3,)))[1:]
    got = numbers(ratio, "ratio", ())
    expect(near(got, first / second, 1e-3), f"{got:.4g} is not the quotient for the scores {shown(x)}")


def the_temperature(x, ratio, alpha_nine):
    """At alpha_nine the best share is nine times the second

    Hint: write the quotient of the two shares with alpha in it, set it to 9 and take the logarithm.
    """
    alpha = numbers(alpha_nine, "alpha_nine", ())
    expect(0 < alpha < np.inf, f"a temperature is positive; got {alpha:.4g}")
    second, first = np.exp(numbers(x, "x", (3,)) / alpha)[1:]
    expect(near(first / second, 9, 1e-3), f"at {alpha:.4g} it is {first / second:.4g} times the second")


def shares_of_logarithms(my_softmax):
    """The shares of (0, log 2, log 5) are 1/8, 2/8 and 5/8

    Hint: divide each exponential by the sum of all of them.
    """
    w = numbers(my_softmax(fixed(np.log([1, 2, 5]))), "the result", (3,))
    expect(near(w, [0.125, 0.25, 0.625]), f"it gave {shown(w)}, which adds up to {w.sum():.4g}")


def shares_at_half(my_softmax):
    """The temperature divides the scores

    Hint: only the ratio of score and temperature matters. Look for alpha in your formula.
    """
    w = numbers(my_softmax(fixed(np.log([1, 2])), 0.5), "the result", (2,))
    expect(near(w, [0.2, 0.8]), f"at alpha = 0.5 the scores (0, log 2) got {shown(w)}")


def shares_of_large_scores(my_softmax):
    """Large scores do not overflow

    Hint: softmax is unchanged if one number is taken from every score. Which number leaves no
    exponential above 1?
    """
    w = numbers(my_softmax(fixed(1000 + np.log([1, 3]))), "the result", (2,))
    expect(near(w, [0.25, 0.75]), f"the scores (1000, 1000 + log 3) got {shown(w)}")


def one_of_three_words(word):
    """All eight cases get "max", "min" or "neither"

    Hint: is there a return for every case?
    """
    for s, e, t in EIGHT:
        got = word(s, e, t)
        expect(isinstance(got, str) and got in WORDS, f"word({s}, {e}, {t}) gave {got!r:.40}")


def the_convention(word):
    """The book's convention, s = e = t = 1, is a maximum

    Hint: put x = 2 into w x + H(w) and compare w = 0, 1/2, 0.88 and 1.
    """
    got = word(1, 1, 1)
    expect(got == "max", f"you say {got!r:.40}")


def one_place_for_each_curve(word):
    """Whatever s and e are, one of t = 1 and t = -1 is right and the other is not

    Hint: the slope is zero at one place. Solve for it with s and e in the equation.
    """
    for s, e in product((1, -1), repeat=2):
        got = [word(s, e, t) for t in (1, -1)]
        expect(
            got.count("neither") == 1, f"s = {s}, e = {e}: t = 1 is {got[0]!r:.20}, t = -1 is {got[1]!r:.20}"
        )


def the_same_for_minus_x(word):
    """The sentence is about every x, so about -x as well: changing the signs of s and t together changes no word

    Hint: which of the three signs decides whether the curve bends up or down?
    """
    for s, e, t in EIGHT:
        one, other = word(s, e, t), word(-s, e, -t)
        expect(one == other, f"word({s}, {e}, {t}) is {one!r:.20}, word({-s}, {e}, {-t}) is {other!r:.20}")


def the_middle(my_jacobian):
    """At the shares (1/2, 1/2) it is ((1/4, -1/4), (-1/4, 1/4))

    Hint: entry (i, j) is the derivative of share i with respect to score j. What one share wins, the other loses.
    """
    jacobian = numbers(my_jacobian(fixed(0.5, 0.5)), "the result", (2, 2))
    expect(near(jacobian, [[0.25, -0.25], [-0.25, 0.25]]), f"it gave\n{shown(jacobian)}")


def a_rise_of_one_score(my_jacobian):
    """At the shares (1, 2, 5)/8 raising the first score moves the shares at the rates (7, -2, -5)/64

    Hint: that is the first column. Its entries add up to 0: why must they?
    """
    column = numbers(my_jacobian(fixed(1, 2, 5) / 8), "the result", (3, 3))[:, 0]
    expect(near(column, np.array([7, -2, -5]) / 64), f"your first column, times 64, is {shown(64 * column)}")


def half_as_fast(my_jacobian):
    """At twice the temperature the shares move half as fast

    Hint: the shares depend on x / alpha. Use the chain rule.
    """
    once, twice = (
        numbers(my_jacobian(fixed(1, 2, 5) / 8, alpha), "the result", (3, 3)) for alpha in (1.0, 2.0)
    )
    expect(near(once, 2 * twice), f"entry (1, 1) is {once[0, 0]:.4g} at alpha = 1 and {twice[0, 0]:.4g} at 2")


def shares_return(shares_from_jacobian):
    """The shares (1, 2, 5)/8 come back from their Jacobian

    Hint: look at two entries of one column, off the diagonal. What is their quotient?
    """
    jacobian = fixed([7, -2, -5], [-2, 12, -10], [-5, -10, 15])
    w = numbers(shares_from_jacobian(jacobian / 64), "the result", (3,))
    expect(near(w, [0.125, 0.25, 0.625]), f"what came back, times 8, is {shown(8 * w)}")


def the_temperature_is_not_told(shares_from_jacobian):
    """A Jacobian taken at another temperature gives the same shares

    Hint: the temperature is one factor in front of all entries. In which combinations of entries does it cancel?
    """
    jacobian = fixed([7, -2, -5], [-2, 12, -10], [-5, -10, 15])
    w = numbers(shares_from_jacobian(jacobian / 320), "the result", (3,))
    expect(near(w, [0.125, 0.25, 0.625]), f"at alpha = 5 what came back, times 8, is {shown(8 * w)}")


QUESTIONS = {
    "gaps": (the_ratio, the_temperature),
    "my_softmax": (shares_of_logarithms, shares_at_half, shares_of_large_scores),
    "word": (one_of_three_words, the_convention, one_place_for_each_curve, the_same_for_minus_x),
    "my_jacobian": (the_middle, a_rise_of_one_score, half_as_fast),
    "shares_from_jacobian": (shares_return, the_temperature_is_not_told),
}

check = checks(QUESTIONS)
