"""What decides the marks of problem set 1, on cases drawn for each student."""

from itertools import product

import numpy as np

from coursework.grading.marking import number, real_array
from regsoft import softmax, softmax_jacobian
from regsoft.check import own_numbers

EIGHT = list(product((1, -1), repeat=3))


def own_scores(rng, student):
    return [(np.arange(3) + own_numbers("ps1", student, 3, 0.0, 0.9),)]


def check_ratio(answer, x):
    _, second, first = softmax(x)
    if not np.isclose(number(answer), first / second, rtol=1e-3):
        return f"at the scores {x}, drawn from the id of this submission, the quotient is a different number"


def check_temperature(answer, x):
    alpha = number(answer)
    if not (alpha > 0 and np.isclose(alpha, (x[2] - x[1]) / np.log(9), rtol=1e-3)):
        return (
            f"at the scores {x}, drawn from the id of this submission, the temperature is a different number"
        )


def mild_scores(rng, student):
    return [
        (rng.normal(scale=2, size=d), float(rng.uniform(0.3, 0.8) * k)) for d in (2, 4, 7) for k in (1, 4)
    ]


def large_scores(rng, student):
    large = [(1000 * sign + rng.normal(size=5), 1.0) for sign in (1, -1)]
    return [*large, (rng.normal(size=4), 1e-4), (np.array([3e4, -3e4, 3e4]), 2.0)]


def check_shares(answer, x, alpha):
    w = real_array(answer, x.shape)
    if not np.allclose(w, softmax(x, alpha), rtol=1e-9, atol=1e-15):
        return f"the shares of {x} at alpha = {alpha:.4g} are wrong"


def check_word(answer, s, e, t):
    wanted = "neither" if s * e != t else "max" if e == 1 else "min"
    if answer != wanted:
        return f"for s = {s}, e = {e}, t = {t} the word is a different one"


def shares(rng, student):
    return [(rng.dirichlet(np.ones(d)), float(rng.uniform(0.2, 5))) for d in (2, 3, 5)]


def check_jacobian(answer, w, alpha):
    jacobian = real_array(answer, (len(w), len(w)))
    if not np.allclose(jacobian, softmax_jacobian(alpha * np.log(w), alpha), atol=1e-9):
        return f"the derivatives at the shares {w.round(4)}, alpha = {alpha:.4g} are wrong"


def jacobians(rng, student):
    drawn = [(rng.normal(size=d), float(rng.uniform(0.3, 4))) for d in (3, 4, 6, 3)]
    return [(softmax_jacobian(x, alpha),) for x, alpha in drawn]


def check_shares_from_jacobian(answer, jacobian):
    w = real_array(answer, (len(jacobian),))
    rebuilt = np.diag(w) - np.outer(w, w)
    alpha = rebuilt[0, 0] / jacobian[0, 0]
    if not ((w > 0).all() and np.isclose(w.sum(), 1) and np.allclose(rebuilt, alpha * jacobian, atol=1e-9)):
        return f"these shares have a different Jacobian, for {len(w)} options"


QUESTIONS = {
    "q1-ratio": (own_scores, check_ratio),
    "q1-temperature": (own_scores, check_temperature),
    "q2-values": (mild_scores, check_shares),
    "q2-large": (large_scores, check_shares),
    "q3-marks": (lambda rng, student: EIGHT, check_word),
    "q4-marks": (shares, check_jacobian),
    "q5-marks": (jacobians, check_shares_from_jacobian),
}
