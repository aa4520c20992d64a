"""What decides the marks of problem set 2, on cases drawn for each student."""

import numpy as np

from coursework.grading.marking import number, real_array
from regsoft import binary_entropy, sigmoid
from regsoft.check import own_numbers


def own_readings(rng, student):
    return [(own_numbers("ps2", student, 2, 50, 650) * [-1, 1],)]


def check_line(answer, values):
    product, entropy = real_array(answer, (2,))
    yours = f"for the readings {values}, drawn from the id of this submission,"
    if not np.isclose(product, values.mean(), rtol=1e-3, atol=0.01):
        return f"{yours} the product is a different number"
    if not np.isclose(entropy, (values[1] - values[0]) / 2000, rtol=1e-3):
        return f"{yours} the entropy is a different number"


def check_decision(answer, values):
    w = number(answer)
    if not 0 < w <= 0.5:
        return f"a decision above 0 and at most 1/2 is asked for; got {w}"
    if not np.isclose(binary_entropy(w), (values[1] - values[0]) / 2000, rtol=1e-3):
        return (
            f"for the readings {values}, drawn from this submission's id, the decision is a different number"
        )


def positive_weights(rng, student):
    return [(float(sign * rng.uniform(0.5, 3)), float(rng.uniform(0.5, 3))) for sign in (1, -1, 1, -1)]


def other_weights(rng, student):
    scores = rng.uniform(0.5, 3, 6) * ([1, -1] * 3)
    weights = [*-rng.uniform(0.5, 3, 2), 0.0, 0.0, 1e-3, -1e-3]
    return [(float(x), float(alpha)) for x, alpha in zip(scores, weights, strict=True)]


def check_extremes(answer, x, alpha):
    found = real_array(answer, (2,))
    end = np.array([0.0, 1.0]) if x > 0 else np.array([1.0, 0.0])
    wanted = end
    if alpha > 0:
        wanted = [end[0], sigmoid(x, alpha)]
    elif alpha < 0:
        wanted = [sigmoid(-x, -alpha), end[1]]
    for place, right, name in zip(found, wanted, ("smallest", "largest"), strict=True):
        if not np.isclose(place, right, rtol=0, atol=1e-5):  # the checks of hints.py are stricter
            return f"at x = {x:.4g}, alpha = {alpha:.4g} the {name} value is not at w = {place:.6g}"


def surfaces(rng, student):
    return [
        (float(x), float(alpha))
        for x, alpha in zip(rng.normal(scale=3, size=4), (1, -1, 1000, -2.5), strict=True)
    ]


def check_parabola(answer, x, alpha):
    off = real_array(answer, (3,)) - [alpha / 12, x + 5 * alpha / 2, -5 * alpha / 2]
    if not (np.abs(off) <= 0.005 * abs(alpha)).all():
        return f"at x = {x:.4g}, alpha = {alpha:.4g} another parabola fits better"


def centres(rng, student):
    return [(rng.dirichlet(np.ones(d)) * (1 - 0.02 * d) + 0.02,) for d in (2, 3, 3, 5)]


def check_ball(answer, w):
    if not np.isclose(number(answer), -np.log1p(-w.min()), rtol=1e-6):
        return f"the ball about {w.round(4)} reaches an edge at another radius"


def check_ellipse(answer, w):
    if not np.isclose(number(answer), w.min() / (1 - w.min()) / 2, rtol=1e-6):
        return f"the ellipse about {w.round(4)} reaches an edge at another radius"


QUESTIONS = {
    "q1-line": (own_readings, check_line),
    "q1-decision": (own_readings, check_decision),
    "q2-arch": (positive_weights, check_extremes),
    "q2-bowl": (other_weights, check_extremes),
    "q3-marks": (surfaces, check_parabola),
    "q4-ball": (centres, check_ball),
    "q4-ellipse": (centres, check_ellipse),
}
