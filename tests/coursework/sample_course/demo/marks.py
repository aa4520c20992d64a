"""What decides the marks of the demo. CHECKSECRET: never seen by a student."""

import numpy as np

import regsoft
from coursework.grading.marking import number, real_array
from regsoft.check import AnswerError, own_numbers


def softmax_cases(rng, student):
    small = [(rng.normal(size=4), float(rng.uniform(0.5, 2))) for _ in range(3)]
    return [*small, (1000 + rng.normal(size=3), 1.0)]


def softmax_check(answer, z, t):
    if not np.allclose(real_array(answer, z.shape), regsoft.softmax(z, t)):
        raise AnswerError("the values are wrong; is the temperature used?")


def jacobian_cases(rng, student):
    return [(rng.dirichlet(np.ones(4)),) for _ in range(3)]


def jacobian_check(answer, p):
    if not np.allclose(real_array(answer, (4, 4)), np.diag(p) - np.outer(p, p)):
        return f"wrong at p = {p.round(3)}"


def largest_cases(rng, student):
    return [(own_numbers("demo", student),)]


def largest_check(answer, numbers):
    if not np.isclose(number(answer), max(numbers)):
        return "this is not the largest of your own numbers"


QUESTIONS = {
    "q1-marks": (softmax_cases, softmax_check),
    "q2-marks": (jacobian_cases, jacobian_check),
    "q3-marks": (largest_cases, largest_check),
}
