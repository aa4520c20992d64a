"""Hints for problem set 2, reading Figure 1: what `check` says while students work. It decides no marks."""

import numpy as np

from regsoft.check import AnswerError, checks, expect, fixed, near, numbers, shown

GRID = np.linspace(0, 1, 2001)


def through_both_readings(alphas, values, product, entropy, small_w):
    """The line product + alpha * entropy goes through both readings

    Hint: along alpha the surface is a straight line. Which of the two is its slope?
    """
    alphas, values = numbers(alphas, "alphas", (2,)), numbers(values, "values", (2,))
    line = numbers(product, "product", ()) + alphas * numbers(entropy, "entropy", ())
    expect(
        near(line, values, 1e-6), f"at alpha = {shown(alphas)} it gives {shown(line)}, not {shown(values)}"
    )


def the_entropy_of_small_w(alphas, values, product, entropy, small_w):
    """small_w is at most 1/2 and a coin with probability small_w has this entropy

    Hint: below 1/2 the entropy grows with w, so halve an interval again and again.
    """
    w = numbers(small_w, "small_w", ())
    expect(0 < w <= 0.5, f"small_w should be above 0 and at most 1/2; got {w:.4g}")
    got, wanted = float(_entropy(w)), float(numbers(entropy, "entropy", ()))
    expect(near(got, wanted, 1e-5), f"the entropy at {w:.7g} is {got:.7g}, not {wanted:.7g}")


def extremes_of_an_arch(extremes):
    """For alpha > 0 no decision has a lower value than the first or a higher value than the second

    Hint: an arch has its top where the slope is zero. Where is its lowest point?
    """
    for x, alpha in ((2.0, 1.0), (-3.0, 2.0)):
        _no_better_decision(extremes, x, alpha)


def extremes_of_a_bowl(extremes):
    """For alpha < 0 the same holds: none has a lower value than the first or a higher one than the second

    Hint: draw it: a negative alpha turns the arch over. The place of zero slope obeys the same equation.
    """
    for x, alpha in ((2.0, -1.0), (-3.0, -2.0)):
        _no_better_decision(extremes, x, alpha)


def extremes_of_a_line(extremes):
    """For alpha = 0 the same holds: none has a lower value than the first or a higher one than the second

    Hint: only w * x is left.
    """
    for x in (2.0, -3.0):
        _no_better_decision(extremes, x, 0.0)


def _no_better_decision(extremes, x, alpha):
    places = numbers(extremes(x, alpha), "the result", (2,))
    at = f"at x = {x}, alpha = {alpha}"
    expect(((places >= 0) & (places <= 1)).all(), f"{at} you name {shown(places)}, not both in [0, 1]")
    beside = np.clip(
        places[:, None] + np.linspace(-1e-3, 1e-3, 2001), 0, 1
    )  # so that a coarse grid is not enough
    grid = np.concatenate([GRID, *beside])
    surface, (low, high) = grid * x + alpha * _entropy(grid), places * x + alpha * _entropy(places)
    lowest, highest = grid[surface.argmin()], grid[surface.argmax()]
    other = f"{at} the surface at w = "
    expect(low <= surface.min() + 1e-11, f"{other}{lowest:.7g} is lower than at your w = {places[0]:.7g}")
    expect(high >= surface.max() - 1e-11, f"{other}{highest:.7g} is higher than at your w = {places[1]:.7g}")


def the_same_at_both_ends(best_parabola):
    """For x = 0 the parabola is as high at w = 0 as at w = 1

    Hint: the result is (c0, c1, c2), in this order, for c0 + c1 w + c2 w^2.
    """
    c0, c1, c2 = numbers(best_parabola(0.0, 1.0), "the result", (3,))
    expect(near(c1 + c2, 0, 1e-3), f"at w = 0 it is {c0:.4g}, at w = 1 it is {c0 + c1 + c2:.4g}")


def no_near_one_fits_better(best_parabola):
    """No parabola near yours fits better

    Hint: least squares on many evenly spaced decisions: np.polynomial.Polynomial.fit(...).convert().
    """
    for x, alpha in ((0.0, 1.0), (2.0, 1.0), (-1.0, -3.0)):
        c = numbers(best_parabola(x, alpha), "the result", (3,))
        expect(np.isfinite(c).all(), f"it gave {shown(c)}; is 0 log 0 set to 0?")
        surface, powers = GRID * x + alpha * _entropy(GRID), GRID ** np.arange(3)[:, None]
        steps = 0.02 * abs(alpha) * np.vstack([np.eye(3), -np.eye(3), [[1, -6, 6], [-1, 6, -6]]])
        errors = [np.square(surface - coefficients @ powers).mean() for coefficients in (c, *(c + steps))]
        better = int(np.argmin(errors))
        if better:
            raise AnswerError(
                f"at x = {x}, alpha = {alpha} your {shown(c)} misses by more than {shown(c + steps[better - 1])}"
            )


def radii_at_the_centre(edge_radii):
    """From the centre of the triangle the ellipse touches the edges at r = 1/4

    Hint: the nearest point of an edge is its middle. Put it into the quadratic form.
    """
    _, ellipse = numbers(edge_radii(fixed(1, 1, 1) / 3), "the result", (2,))
    expect(near(ellipse, 0.25), f"the second number is {ellipse:.4g}")


def the_middle_of_an_edge(edge_radii):
    """From the centre, the ball first touches an edge when it reaches the middle of that edge

    Hint: what is the divergence of (1/2, 1/2, 0) from the centre? Its third term is 0 log 0 = 0.
    """
    ball, _ = numbers(edge_radii(fixed(1, 1, 1) / 3), "the result", (2,))
    reached = float(np.log([1.5, 1.5]).mean())
    expect(
        near(ball, reached, 1e-6), f"the first number is {ball:.4g}; the divergence there is {reached:.4g}"
    )


def the_order_of_options(edge_radii):
    """Renaming the options changes nothing

    Hint: some edge is reached first. Which one, for shares that are not equal?
    """
    one, other = (
        numbers(edge_radii(fixed(w)), "the result", (2,)) for w in ([0.5, 0.3, 0.2], [0.2, 0.5, 0.3])
    )
    expect(near(one, other), f"(0.5, 0.3, 0.2) gives {shown(one)}, (0.2, 0.5, 0.3) gives {shown(other)}")


def _entropy(w):
    """Return the entropy of a coin, 0 at both ends."""
    inside = np.clip(w, 1e-300, 1 - 1e-16)
    return -np.asarray(w) * np.log(inside) - (1 - np.asarray(w)) * np.log1p(-inside)


QUESTIONS = {
    "line": (through_both_readings, the_entropy_of_small_w),
    "extremes": (extremes_of_an_arch, extremes_of_a_bowl, extremes_of_a_line),
    "best_parabola": (the_same_at_both_ends, no_near_one_fits_better),
    "edge_radii": (radii_at_the_centre, the_middle_of_an_edge, the_order_of_options),
}

check = checks(QUESTIONS)
