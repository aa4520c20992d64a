"""Checks help students: right answers pass, wrong ones get a reason and a hint, and nothing is given away."""

import ast
import inspect
import sys
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import regsoft
import regsoft.check
from regsoft import hardmax, logsumexp, shannon_entropy, sigmoid, softmax, softmin
from regsoft.check import QUESTIONS, check, own_numbers
from regsoft.check._expect import AnswerError
from regsoft.check.ps3 import half_the_entropy

SCORES, TOTALS = np.array([0.3, 1.1, 2.4]), np.array([0.1, 0.5, 1.2])
ALPHAS, VALUES = np.array([-1000.0, 1000.0]), np.array([-100.0, 300.0])


def named(name, function):
    """Return a function under the name that its question asks for."""

    def answer(*arguments):
        return function(*arguments)

    answer.__name__ = name
    return answer


def bisect(function, target, low, high):
    """Return where an increasing function takes a value."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) < target else (low, middle)
    return middle


def word(s, e, t):
    grid = np.linspace(-6, 6, 4001)
    w = sigmoid(grid)
    curve = s * w * 2.0 + e * regsoft.binary_entropy(w)
    places = {"max": grid[curve.argmax()], "min": grid[curve.argmin()]}
    right = [name for name, place in places.items() if abs(place - 2.0 * t) < 0.01]
    return right[0] if right else "neither"


def shares_from_jacobian(jacobian):
    i = np.arange(len(jacobian))
    j, k = np.roll(i, 1), np.roll(i, 2)
    w = np.sqrt(-jacobian[i, j] * jacobian[i, k] / jacobian[j, k])
    return w / w.sum()


def extremes(x, alpha):
    places = np.append(np.linspace(0, 1, 11), sigmoid(x / alpha) if alpha else 0.5)
    surface = places * x + alpha * regsoft.binary_entropy(places)
    return places[surface.argmin()], places[surface.argmax()]


def comes_back(values, places):
    slopes = np.diff(values) / np.diff(places)
    conjugate = (slopes[:, None] * places - values).max(axis=1)
    return bool(np.allclose((slopes * places[:, None] - conjugate).max(axis=1), values))


def summary(block):
    return np.max(block), np.exp(block - np.max(block)).sum()


def merge(one, other):
    (m, s), (n, t) = sorted([one, other], reverse=True)
    return m, s + (t * np.exp(n - m) if t else 0.0)


def fool(rounds, d):
    first = np.arange(d) / d
    order = [np.eye(d)[t % d] for t in range(rounds - 1)]
    return np.array([first * 0.9, *order])


def before(losses):
    return np.cumsum(losses, axis=0) - losses


# Right answers by other means than the masters', as `check` is called with them.
RIGHT = {
    "gaps": ("gaps", SCORES, np.exp(1.3), 1.3 / np.log(9)),
    "my_softmax": (softmax,),
    "word": (word,),
    "my_jacobian": (lambda w, alpha=1.0: regsoft.softmax_jacobian(alpha * np.log(w), alpha),),
    "shares_from_jacobian": (shares_from_jacobian,),
    "line": ("line", ALPHAS, VALUES, 100.0, 0.2, bisect(regsoft.binary_entropy, 0.2, 0.0, 0.5)),
    "extremes": (extremes,),
    "best_parabola": (lambda x, alpha: np.array([1 / 12, 5 / 2, -5 / 2]) * alpha + [0, x, 0],),
    "edge_radii": (lambda w: (-np.log(1 - w.min()), w.min() / (1 - w.min()) / 2),),
    "halfway": (
        "halfway",
        SCORES,
        bisect(lambda alpha: shannon_entropy(softmax(SCORES, alpha)), np.log(3) / 2, 0.01, 100),
    ),
    "my_logsumexp": (logsumexp,),
    "my_log_softmax": (lambda x, alpha=1.0: (x - logsumexp(x, alpha)) / alpha,),
    "conjugate": (lambda values, places, slopes: [max(s * places - values) for s in slopes],),
    "comes_back": (comes_back,),
    "merge": ("merge", summary, merge),
    "next_round": ("next_round", TOTALS, softmin(TOTALS, 0.5), softmin(TOTALS + np.eye(3)[0], 0.5)),
    "follow_the_leader": (lambda losses: hardmax(-before(losses)),),
    "my_regret": (lambda losses, weights: (losses * weights).sum() - losses.sum(axis=0).min(),),
    "losses_that_fool": (fool,),
    "my_hedge": (lambda losses, alpha: softmin(before(losses), alpha),),
    "tuned": (lambda rounds, d: (np.sqrt(rounds / 8 / np.log(d)), np.sqrt(rounds * np.log(d) / 2)),),
}


def call(name, answers):
    """Call `check` with answers, a function under its question's name."""
    check(*(answers if isinstance(answers[0], str) else (named(name, *answers),)))


def test_there_is_a_right_answer_to_every_question():
    assert set(RIGHT) == set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_right_answer_passes_all_checks(name, capsys):
    call(name, RIGHT[name])
    n = len(QUESTIONS[name])
    out = capsys.readouterr().out
    assert out.startswith(f"{name}: {n} of {n} checks pass\n")
    assert out.count("  pass  ") == n


GARBAGE = [
    None,
    "three",
    [1, "two"],
    np.nan,
    -1.0,
    np.zeros((2, 3)),
    [[1], [1, 2]],
    {"a": 1},
    lambda *a: None,
]


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda garbage: f"{garbage!r:.20}".partition(" at ")[0])
def test_no_answer_makes_a_check_raise_or_pass_in_full(name, garbage, capsys):
    right = RIGHT[name]
    own = 2 if name == "line" else 1  # the first answers of a question by name are the student's numbers
    by_name = isinstance(right[0], str) and name != "merge"
    constant = named(name, lambda *a: garbage)
    answers = (name, constant, constant) if name == "merge" else (constant,)
    check(*((*right[: own + 1], *[garbage] * (len(right) - own - 1)) if by_name else answers))
    out = capsys.readouterr().out
    assert out.startswith(f"{name}: ")
    assert f"{name}: {len(QUESTIONS[name])} of" not in out
    assert "FAIL" in out
    assert "AssertionError" not in out


@pytest.mark.parametrize("name", [name for name in QUESTIONS if not isinstance(RIGHT[name][0], str)])
def test_an_answer_that_raises_is_reported_with_its_line(name, capsys):
    def broken(*arguments):
        return 1 / 0

    call(name, (broken,))
    out = capsys.readouterr().out
    line = inspect.getsourcelines(broken)[1] + 1
    assert f"your code raised ZeroDivisionError, in line {line} of its cell: division by zero" in out


@pytest.mark.parametrize("name", [name for name in QUESTIONS if not isinstance(RIGHT[name][0], str)])
def test_an_answer_not_yet_written_gets_no_hint(name, capsys):
    def unsolved(*arguments):
        raise NotImplementedError

    call(name, (unsolved,))
    out = capsys.readouterr().out
    assert out.startswith(f"{name}: 0 of ")
    assert "not written yet" in out
    assert "Hint" not in out


def test_counts_reason_and_hint_are_said_in_plain_words(capsys):
    check(named("my_softmax", lambda x, alpha=1.0: np.exp(x / alpha) / np.exp(x / alpha).sum()))
    assert capsys.readouterr().out == (
        "my_softmax: 2 of 3 checks pass\n"
        "  pass  The shares of (0, log 2, log 5) are 1/8, 2/8 and 5/8\n"
        "  pass  The temperature divides the scores\n"
        "  FAIL  Large scores do not overflow\n"
        "        the scores (1000, 1000 + log 3) got [nan nan]\n"
        "        Hint: softmax is unchanged if one number is taken from every score. Which number leaves no\n"
        "        exponential above 1?\n"
    )


# One wrong answer for each check: it fails this check, and a student is told why in these words.
WRONG = {
    "the_ratio": (("gaps", SCORES, np.exp(2.1), 1.3 / np.log(9)), "8.166 is not the quotient"),
    "the_temperature": (("gaps", SCORES, np.exp(1.3), 1.3 * np.log(9)), "1.576 times the second"),
    "shares_of_logarithms": ((lambda x, alpha=1.0: np.exp((x - x.max()) / alpha),), "adds up to 1.6"),
    "shares_at_half": ((lambda x, alpha=1.0: softmax(x),), "got [0.333333 0.666667]"),
    "one_of_three_words": ((lambda s, e, t: "max" if e > 0 else None,), "word(1, -1, 1) gave None"),
    "the_convention": ((lambda s, e, t: word(s, -e, -t),), "you say 'min'"),
    "one_place_for_each_curve": (
        (lambda s, e, t: "max" if e > 0 else "min",),
        "t = 1 is 'max', t = -1 is 'max'",
    ),
    "the_same_for_minus_x": (
        (lambda s, e, t: "neither" if s * e != t else "max" if s > 0 else "min",),
        "word(1, 1, 1) is 'max', word(-1, 1, -1) is 'min'",
    ),
    "the_middle": ((lambda w, alpha=1.0: np.outer(w, w) - np.diag(w),), "-0.25"),
    "a_rise_of_one_score": ((lambda w, alpha=1.0: np.diag(w * (1 - w)),), "times 64, is [7. 0. 0.]"),
    "half_as_fast": (
        (lambda w, alpha=1.0: np.diag(w) - np.outer(w, w),),
        "0.1094 at alpha = 1 and 0.1094 at 2",
    ),
    "shares_return": ((lambda J: np.diag(J) / np.trace(J),), "times 8, is [1.647059 2.823529 3.529412]"),
    "the_temperature_is_not_told": (
        (lambda J: np.sqrt(-J[[0, 1, 2], [1, 2, 0]] * J[[0, 1, 2], [2, 0, 1]] / J[[1, 2, 0], [2, 0, 1]]),),
        "at alpha = 5 what came back",
    ),
    "through_both_readings": (("line", ALPHAS, VALUES, 0.2, 100.0, 0.05), "not [-100.  300.]"),
    "the_entropy_of_small_w": (("line", ALPHAS, VALUES, 100.0, 0.2, 0.95), "at most 1/2; got 0.95"),
    "extremes_of_an_arch": ((lambda x, alpha: extremes(x, alpha)[::-1],), "is lower than your w"),
    "extremes_of_a_bowl": ((lambda x, alpha: extremes(x, abs(alpha)),), "is lower than your w = 0"),
    "extremes_of_a_line": ((lambda x, alpha: extremes(x, alpha or 1.0),), "is higher than your w"),
    "the_same_at_both_ends": (
        (lambda x, alpha: (1 / 12, 5 / 2, 0),),
        "at w = 0 it is 0.08333, at w = 1 it is 2.583",
    ),
    "no_near_one_fits_better": (
        (lambda x, alpha: (0.0, x + 2.8 * alpha, -2.8 * alpha),),
        "misses by more than",
    ),
    "radii_at_the_centre": ((lambda w: (-np.log(1 - w.min()), w.min()),), "the second number is 0.3333"),
    "the_middle_of_an_edge": (
        (lambda w: (np.log(3), w.min() / (1 - w.min()) / 2),),
        "1.099; the divergence there",
    ),
    "the_order_of_options": (
        (lambda w: (-np.log(1 - w[0]), w[0] / (1 - w[0]) / 2),),
        "(0.2, 0.5, 0.3) gives",
    ),
    "half_the_entropy": (("halfway", SCORES, 1.0), "at 1 the entropy is 0.7"),
    "two_equal_scores": ((lambda x, alpha=1.0: logsumexp(x, alpha) - alpha * np.log(len(x)),), "it gave 0"),
    "scale_with_temperature": (
        (lambda x, alpha=1.0: logsumexp(x / alpha),),
        "(2, 4, 8) at alpha = 2 gives 4.16985",
    ),
    "value_of_large_scores": ((lambda x, alpha=1.0: alpha * np.log(np.exp(x / alpha).sum()),), "it gave inf"),
    "shares_from_their_logarithms": (
        (lambda x, alpha=1.0: x - logsumexp(x, alpha),),
        "alpha = 0.5 they add up to",
    ),
    "a_share_too_small_for_a_number": (
        (lambda x, alpha=1.0: np.log(softmax(x, alpha)),),
        "it gave [-inf   0.]",
    ),
    "the_square": (
        (lambda values, places, slopes: (slopes[:, None] * places).max(axis=1) + 0.0,),  # -0 would be shown
        "it gave [10.  0.  5.]",
    ),
    "a_few_uneven_places": ((lambda values, places, slopes: slopes**2 / 2,), "it gave [2.  0.  0.5 4.5]"),
    "yes_or_no": ((lambda values, places: "yes",), "it gave 'yes'"),
    "a_straight_line": (
        (lambda values, places: bool((np.diff(np.diff(values) / np.diff(places)) >= 0).all()),),
        "it gave False",
    ),
    "a_bowl_and_an_arch": ((lambda values, places: True,), "for an arch it gave True"),
    "a_dent": ((lambda values, places: bool(values[0] >= values[len(values) // 2] - 1e-9),), "it gave True"),
    "two_halves": (("merge", summary, lambda a, b: (max(a[0], b[0]), a[1] + b[1])), "uncut: [4."),
    "far_apart": (
        (
            "merge",
            summary,
            lambda a, b: (a[0], a[1] + b[1] * np.exp(b[0] - a[0])) if a[0] < 9 else (a[0], a[1] + 1),
        ),
        "blocks (1000, 1000) and (0)",
    ),
    "the_summary_of_nothing": (
        (
            "merge",
            summary,
            lambda a, b: (max(a[0], b[0]), sum(s * np.exp(m - max(a[0], b[0])) for m, s in (a, b))),
        ),
        "nothing and nothing: [-inf  nan]",
    ),
    "the_weights_are_shares": (
        ("next_round", TOTALS, np.exp(-TOTALS / 0.5), np.ones(3) / 3),
        "with the sum 1.27",
    ),
    "the_smaller_loss_has_more": (("next_round", TOTALS, softmax(TOTALS), softmax(TOTALS)), "your weights"),
    "alpha_times_log_ratio": (
        ("next_round", TOTALS, softmin(TOTALS), softmin(TOTALS + np.eye(3)[0])),
        "weights: for the first two it is 0.2, not 0.4",
    ),
    "only_one_lost": (
        ("next_round", TOTALS, softmin(TOTALS, 0.5), softmin([1, 0, 0])),
        "was 4.0552 and is 1",
    ),
    "equal_weights_at_first": (
        (lambda losses: hardmax(-np.cumsum(losses, axis=0)),),
        "the first row is [0.  0.5 0.5]",
    ),
    "all_on_the_leader": (
        (lambda losses: np.eye(losses.shape[1])[before(losses).argmin(axis=1)],),
        "your rows 2 to 5",
    ),
    "the_best_expert_has_none": ((lambda losses, weights: (losses * weights).sum(),), "0.5, not 0.0"),
    "a_table_of_losses": ((lambda rounds, d: 2 * fool(rounds, d),), "they run from 0 to 2"),
    "one_leader_at_a_time": (
        (lambda rounds, d: np.eye(d)[np.arange(rounds) % d],),
        "2 experts: ties after the rounds 2, 4",
    ),
    "equal_weights_without_losses": (
        (lambda losses, alpha: softmin(np.cumsum(losses, axis=0), alpha),),
        "the first row",
    ),
    "half_after_a_loss": (
        (lambda losses, alpha: softmin(before(losses)),),
        "at alpha = 0.5 the weights",
    ),
    "a_long_game": (
        (
            lambda losses, alpha: (
                np.exp(-before(losses) / alpha) / np.exp(-before(losses) / alpha).sum(axis=1)[:, None]
            ),
        ),
        "they weigh [nan nan]",
    ),
    "the_bound_at_its_alpha": (
        (lambda rounds, d: (1.0, np.sqrt(rounds * np.log(d) / 2)),),
        "at your alpha it is",
    ),
    "no_better_alpha": ((lambda rounds, d: (1.0, np.log(d) + rounds / 8),), "beats 1"),
}
TESTS = {test.__name__: (name, test) for name, tests in QUESTIONS.items() for test in tests}


def test_there_is_a_wrong_answer_for_every_check_but_those_shown_elsewhere():
    assert set(TESTS) - set(WRONG) == {"shares_of_large_scores"}
    assert len(TESTS) == sum(map(len, QUESTIONS.values()))


@pytest.mark.parametrize("test", WRONG)
def test_a_wrong_answer_fails_its_check_and_is_told_why(test, capsys):
    name, function = TESTS[test]
    answers, why = WRONG[test]
    call(name, answers)
    out = capsys.readouterr().out
    title, _, hint = inspect.getdoc(function).partition("\n\n")
    _, _, rest = out.partition(f"  FAIL  {title}\n")
    assert why in rest.partition("Hint")[0]
    assert hint.splitlines()[0] in rest


@pytest.mark.parametrize("kind", [str, bool, complex, Fraction])
def test_shares_that_are_no_real_floats_fail_as_they_do_when_graded(kind, capsys):
    def my_softmax(x, alpha=1.0):
        return [kind(share) for share in RIGHT["my_softmax"][0](x, alpha)]

    check(my_softmax)
    out = capsys.readouterr().out
    assert out.startswith("my_softmax: 0 of 3")
    assert "should be made of numbers; got [" in out


def test_a_very_cold_answer_is_told_its_entropy():
    with pytest.raises(AnswerError, match=r"at 1e-05 the entropy is 0, not 0\.5493"):
        half_the_entropy([0.0, 1.0, 2.0], 1e-5)


def test_an_answer_that_changes_its_argument_is_told_so(capsys):
    def my_softmax(x, alpha=1.0):
        x -= x.max()
        return np.exp(x / alpha) / np.exp(x / alpha).sum()

    check(my_softmax)
    assert capsys.readouterr().out.count("your code changes its argument; work on a copy") == 3


def test_warnings_of_an_answer_stay_quiet(capsys, recwarn):
    check(named("my_softmax", lambda x, alpha=1.0: np.exp(x * 1000) / 0.0))
    assert not recwarn.list
    assert capsys.readouterr().err == ""


def test_an_unknown_question_is_named_with_those_that_exist():
    with pytest.raises(
        ValueError, match="no question is called 'my_sofmax'; did you mean 'my_softmax'"
    ) as error:
        check(named("my_sofmax", softmax))
    assert all(name in str(error.value) for name in QUESTIONS)


def test_a_missing_answer_is_named():
    with pytest.raises(ValueError, match=r"check\('gaps', ...\) takes x, ratio, alpha_nine; got 1 answers"):
        check("gaps", SCORES)


def test_own_numbers_are_the_same_everywhere_and_another_students_are_others():
    np.testing.assert_array_equal(own_numbers("ps1", "ann01"), [1.72, 1.45, 0.92])
    np.testing.assert_array_equal(own_numbers("ps1", " ANN01\n"), own_numbers("ps1", "ann01"))
    drawn = {tuple(own_numbers(name, f"s{i}")) for name, i in product(("ps1", "ps2"), range(200))}
    assert len(drawn) == 400


def test_own_numbers_keep_to_their_bounds_and_have_two_decimals():
    drawn = own_numbers("ps1", "ann01", 10_000, 0.0, 0.9)
    assert (drawn.min(), drawn.max()) == (0.0, 0.9)
    np.testing.assert_array_equal(drawn, np.round(drawn, 2))


@pytest.mark.parametrize(("low", "high"), [(2, -2), (1, 1), (-np.inf, 0), (np.nan, 1), ("a", 1), (None, 1)])
def test_own_numbers_ask_for_bounds_in_their_order(low, high):
    with pytest.raises(ValueError, match="low and high must be finite numbers, low below high; got"):
        own_numbers("ps1", "ann01", low=low, high=high)


@pytest.mark.parametrize(
    ("student", "error"), [("", ValueError), ("  ", ValueError), (7, TypeError), (None, TypeError)]
)
def test_own_numbers_ask_for_an_id(student, error):
    with pytest.raises(error, match="student must be"):
        own_numbers("ps1", student)


SOURCES = sorted(Path(regsoft.check.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_checks_need_numpy_alone_and_not_the_rest_of_regsoft(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names | {"numpy"} or name.startswith("regsoft.check"), name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_the_checks_define_nothing_that_a_question_asks_for(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert not {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)} & set(QUESTIONS)
