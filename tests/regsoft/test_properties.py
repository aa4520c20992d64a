"""At least one property of every public function of regsoft, on inputs that nobody chose.

A function of the mathematics has a row of ROWS: the shape of its result, and what holds for it whatever goes in.
Its arguments are drawn by the names of its parameters, which mean the same everywhere. Any other public function or
class has a test that carries its name in `proves`. A public name without either fails the suite.
"""

import ast
import importlib
import inspect
import pkgutil
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.figure import Figure

import regsoft
from regsoft import figures
from regsoft.check import check, checks, expect, near, numbers, own_numbers
from regsoft.picture import Picture
from regsoft.testing import check_argmax
from regsoft.widgets import explore
from tests.regsoft.strategies import DTYPES, simplex_points
from tests.regsoft.test_figures import WIDE

# ---------------------------------------------------------------------------------------- the arguments, by name

FINITE = st.one_of(
    st.floats(-50, 50, width=16), st.sampled_from([0.0, -0.0, 1000.0, -1000.0, 6e4, 2.0, 2.0, 1e-7])
)
SCORES = st.one_of(FINITE, FINITE, st.sampled_from([np.inf, -np.inf, np.nan]))
TEMPERATURES = st.one_of(st.just(1.0), st.integers(1, 9), st.floats(-9, 9).map(lambda n: 10.0**n))
ORDERS = st.one_of(st.sampled_from([1, 1.5, 2, 3.0, 40.0]), st.floats(1, 5))
POINTS = {"p", "p_hat", "q", "y", "prior", "weights"}
INTEGERS = [1.5, "two", None, [3]]
NUMBERS = [0, -1.5, np.nan, np.inf, "1", None, 1j, [1.0, 2.0]]
ARRAYS = ["half", None, [1j, 0.5], [[1.0, 2.0], [3.0]], {0.5}]
OFF_SIMPLEX = [[0.5, 0.6], [-0.5, 1.5], [np.nan, 1.0], [np.inf, 0.0]]
REFUSED = {  # what each parameter may not be
    "alpha": NUMBERS,
    "axis": [5, -5, 0.0, "last", None, (0,)],
    "centre": [*ARRAYS, [0.5, 0.5], [1.0, 0.0, 0.0], [0.5, 0.5, 0.5], [np.nan, 0.5, 0.5]],
    "d": [0, -1, *INTEGERS, True],
    "index": [2, -1, 0.5, "one", None, [[0], [0, 1]]],
    "losses": [*ARRAYS, 1.0, [1.0, 2.0], [[np.nan, 1.0]], [[np.inf, 1.0]], [[]]],
    "order": [0.99, *NUMBERS],
    "points": [2, -1, *INTEGERS],
    "radius": NUMBERS,
    "x": ARRAYS,
    **{key: [*ARRAYS, *OFF_SIMPLEX] for key in {*POINTS, "w"}},
    "weights": [*ARRAYS, 1.0, [0.5, 0.5], [[0.5, 0.6]], [[np.nan, 1.0]]],
}
FITTING = {  # what goes with a refused argument, so that nothing else is wrong
    "alpha": 1.0, "axis": -1, "centre": [0.5, 0.25, 0.25], "d": 2, "index": 1, "losses": [[1.0, 0.0]], "order": 1.5,
    "points": 12, "radius": 0.1, "x": [1.0, 2.0], "weights": [[0.5, 0.5]],
    **{key: [0.5, 0.5] for key in POINTS - {"weights"} | {"w"}},
}  # fmt: skip


@st.composite
def formed(draw, array, whole=False):
    """Draw one of the forms in which an array may come: any floating dtype, a list, or integers where they are."""
    form = draw(st.sampled_from([*DTYPES, list, *([np.int64] if whole else [])]))
    if form is list and array.size:  # an empty list has one axis
        return array.tolist()
    if form is np.int64:
        return np.nan_to_num(array, nan=0, posinf=9, neginf=-9).astype(np.int64)
    return array.astype(float if form is list else form)


@st.composite
def calls(draw, name):
    """Draw arguments for a function of the mathematics, those without a default among them."""
    parameters = inspect.signature(getattr(regsoft, name)).parameters
    batch = tuple(draw(st.lists(st.integers(0, 3), max_size=2)))
    d, at = draw(st.integers(1, 6)), draw(st.integers(0, len(batch)))
    shape = (*batch[:at], d, *batch[at:])
    if "losses" in parameters:
        shape = (*batch[:1], draw(st.integers(0, 5)), d)
    drawn = {
        "alpha": lambda: (
            draw(TEMPERATURES) * (draw(st.sampled_from([1, -1, 0])) if "objective" in name else 1)
        ),
        "axis": lambda: draw(st.sampled_from([at, at - len(shape)])),
        "centre": lambda: np.asarray(draw(simplex_points(3)) + 0.2) / 1.6,
        "d": lambda: d,
        "index": lambda: draw(hnp.arrays(np.int64, batch, elements=st.integers(0, d - 1))),
        "losses": lambda: draw(formed(draw(hnp.arrays(float, shape, elements=FINITE)))),
        "order": lambda: draw(ORDERS),
        "points": lambda: draw(st.integers(3, 20)),
        "radius": lambda: 10.0 ** draw(st.floats(-9, 3)),
        "x": lambda: draw(formed(draw(hnp.arrays(float, shape, elements=SCORES)), whole=True)),
        "w": lambda: draw(
            hnp.arrays(draw(st.sampled_from(DTYPES)), shape, elements=st.floats(0, 1, width=16))
        ),
    }

    def points():
        rows = draw(
            simplex_points(d, (*batch[:at], *batch[at:]) if "losses" not in parameters else shape[:-1])
        )
        return draw(formed(np.moveaxis(rows, -1, at) if "losses" not in parameters else rows))

    on_simplex = POINTS | ({"w"} if "axis" in parameters else set())
    return {p: points() if p in on_simplex else drawn[p]() for p in parameters}


# ------------------------------------------------------------------------------------------------- the properties


def same(**arguments):
    return np.shape(_first(arguments))


def _first(arguments):
    return next(iter(arguments.values()))


def reduced(axis, **arguments):
    shape = list(np.shape(_first(arguments)))
    del shape[axis]
    return tuple(shape)


def square(x, axis, **arguments):
    d = np.shape(x)[axis]
    return (*reduced(axis, x=x), d, d)


def shares(result, axis=-1, **arguments):
    """Non-negative, and adding to 1."""
    eps = float(np.finfo(result.dtype).eps)
    ordinary = ~np.isnan(result)
    assert (result[ordinary] >= 0).all()
    total = result.sum(axis=axis, dtype=np.promote_types(result.dtype, float))
    np.testing.assert_allclose(total[~np.isnan(total)], 1, atol=(8 + result.shape[axis]) * eps)


def between(low, high):
    """Return the property that a result lies between two functions of the arguments, up to rounding."""

    def bounded(result, **arguments):
        dtype = np.asarray(result).dtype
        ends = [np.asarray(end(**arguments), dtype=np.promote_types(dtype, float)) for end in (low, high)]
        below, above = (np.broadcast_to(end, np.shape(result)) for end in ends)
        rounding = 16 * max(coarseness(value) for value in (result, *arguments.values()))
        room = rounding * (
            1 + np.where(np.isfinite(below), np.abs(below), 0) + np.abs(np.nan_to_num(above, posinf=0))
        )
        held = (result >= below - room) & (result <= above + room)
        assert (held | np.isnan(result) | np.isnan(below) | np.isnan(above)).all(), (result, below, above)

    return bounded


def covariance(result, alpha, **arguments):
    """Symmetric, with rows that sum to 0 and no negative diagonal, unless alpha is too small for a float."""
    result = result.astype(np.promote_types(result.dtype, float))[np.isfinite(result).all(axis=(-2, -1))]
    np.testing.assert_array_equal(result, np.swapaxes(result, -2, -1))
    scale = np.abs(result).max(axis=(-2, -1), initial=0)[..., None]
    assert (np.abs(result.sum(axis=-1)) <= 16 * 2.0**-10 * scale + 1e-6).all()
    assert (np.diagonal(result, axis1=-2, axis2=-1) >= 0).all()


def least(x, axis, **arguments):
    return np.min(x, axis=axis)


def largest(x, axis, **arguments):
    return np.max(x, axis=axis)


def number(value):
    return lambda **arguments: value


def options(w, axis, **arguments):
    return np.log(np.shape(w)[axis])


def entropy_of_p(p, axis, **arguments):
    return regsoft.shannon_entropy(p, axis)


def best(x, alpha, axis=None, **arguments):
    """The largest value of an objective, where the weight of the entropy is positive."""
    if alpha <= 0:
        return np.inf
    return regsoft.softplus(x, alpha) if axis is None else regsoft.logsumexp(x, alpha, axis)


def span(losses, weights):
    """By how much the total losses of two experts may differ, and the rounding of weights that sum to 1."""
    losses, rounding = np.asarray(losses, float), 16 * coarseness(weights)
    return (np.ptp(losses, axis=-1) + rounding * np.abs(losses).sum(axis=-1)).sum(axis=-1)


def one_at_its_place(result, index, d):
    shares(result)
    np.testing.assert_array_equal(result.argmax(axis=-1), index)


def inside_the_ball(result, centre, radius, points):
    shares(result)
    assert (regsoft.kl_divergence(result, centre) <= radius * (1 + 1e-6) + 1e-14).all()


def on_the_ellipse(result, centre, radius, points):
    np.testing.assert_allclose(result.sum(axis=-1), 1, atol=1e-12 * (1 + radius))
    form = ((result - centre) ** 2 / (2 * np.asarray(centre))).sum(axis=-1)
    np.testing.assert_allclose(form, radius, rtol=1e-6, atol=1e-14)


ZERO, ONE, NOTHING, ENDLESS = number(0), number(1), number(-np.inf), number(np.inf)
ROWS = {  # the shape of the result, and what holds for it
    "binary_entropy": (same, between(ZERO, number(np.log(2)))),
    "boltzmann": (reduced, between(least, largest)),
    "cross_entropy": (reduced, between(entropy_of_p, ENDLESS)),
    "ellipse_error": (number(()), between(ZERO, ONE)),
    "entmax": (same, shares),
    "entmax_jacobian": (square, covariance),
    "fenchel_young_loss": (reduced, between(ZERO, ENDLESS)),
    "fisher_ellipse": (lambda points, **_: (points, 3), on_the_ellipse),
    "follow_the_leader": (same, shares),
    "gini_entropy": (reduced, between(ZERO, number(0.5))),
    "hardmax": (same, shares),
    "hedge": (same, lambda result, **_: shares(result)),
    "kl_ball": (lambda points, **_: (points, 3), inside_the_ball),
    "kl_divergence": (reduced, between(ZERO, ENDLESS)),
    "log_softmax": (same, between(NOTHING, ZERO)),
    "logsumexp": (reduced, between(largest, ENDLESS)),
    "mellowmax": (reduced, between(least, largest)),
    "one_hot": (lambda index, d: (*index.shape, d), one_at_its_place),
    "project_simplex": (same, shares),
    "regret": (lambda losses, weights: np.shape(losses)[:-2], between(lambda **a: -span(**a), span)),
    "shannon_entropy": (reduced, between(ZERO, options)),
    "sigmoid": (same, between(ZERO, ONE)),
    "sigmoid_jacobian": (same, between(ZERO, lambda alpha, **_: 0.25 / alpha)),
    "sigmoid_objective": (same, between(NOTHING, best)),
    "softargmax": (reduced, between(ONE, lambda x, axis, **_: np.shape(x)[axis])),
    "softmax": (same, shares),
    "softmax_jacobian": (square, covariance),
    "softmax_objective": (reduced, between(NOTHING, best)),
    "softmin": (same, shares),
    "softplus": (same, between(lambda x, **_: np.maximum(x, 0), ENDLESS)),
    "sparsemax": (same, shares),
    "sparsemax_jacobian": (square, covariance),
    "tsallis_entropy": (reduced, between(ZERO, lambda w, axis, **_: np.log(np.shape(w)[axis]))),
    "weighted_softmax": (same, shares),
}
EVEN = [[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.0, 0.5, 0.5]]
SAMPLES = {
    **dict.fromkeys(POINTS | {"w"}, EVEN),
    **{key: [[0.5, 2.0, 1.25], [3.0, -1.0, 4.0], [0.0, 0.5, -2.0]] for key in ("x", "losses")},
    **{"centre": [0.5, 0.25, 0.25], "d": 2, "index": [0, 1], "order": 3, "radius": 0.1},
}
ARRAYS_OF = {
    name: [
        p for p in inspect.signature(getattr(regsoft, name)).parameters if p in {"x", "w", "losses", *POINTS}
    ]
    for name in ROWS
}
PARAMETERS = [
    (name, parameter) for name in ROWS for parameter in inspect.signature(getattr(regsoft, name)).parameters
]


def floating(value):
    """Return the dtype with which a value takes part: its own if it is floating, else float64."""
    dtype = np.asarray(value).dtype
    return dtype if dtype.kind == "f" else np.dtype(float)


def coarseness(value):
    """Return the rounding unit of a value, no finer than that of the double precision in which all were drawn."""
    return float(max(np.finfo(floating(value)).eps, np.finfo(float).eps))


def troubled(arguments):
    """Say whether there is a NaN among the scores, or infinities whose sum is none."""
    x = np.asarray(arguments.get("x", 0.0), float)
    return np.isnan(x).any() or ("w" in arguments and np.isinf(x).any())


@pytest.mark.parametrize("name", ROWS)
@settings(max_examples=30)
@given(data=st.data())
def test_the_result_has_its_shape_and_dtype_and_property_and_no_nan_of_its_own(name, data):
    arguments = data.draw(calls(name))
    shape, holds = ROWS[name]
    result = getattr(regsoft, name)(**arguments)
    arrays = [
        value for key, value in arguments.items() if key in REFUSED.keys() & {"x", "w", "losses", *POINTS}
    ]
    assert np.shape(result) == shape(**arguments)
    if arrays:
        assert np.asarray(result).dtype == np.result_type(*map(floating, arrays))
    assert troubled(arguments) or not np.isnan(result).any()
    holds(np.asarray(result), **arguments)


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_a_wrong_argument_is_refused_by_its_name_and_value(name, parameter):
    function = getattr(regsoft, name)
    fitting = {key: FITTING[key] for key in inspect.signature(function).parameters}
    function(**fitting)
    values = REFUSED[parameter]
    if name.endswith("objective") and parameter == "alpha":
        values = [np.nan, np.inf, "1", None, 1j]  # any sign, and arrays too
    if "axis" not in fitting and parameter == "w":
        values = [*ARRAYS, 1.5, -0.5, np.nan]
    for value in values:
        with pytest.raises((TypeError, ValueError)) as caught:
            function(**{**fitting, parameter: value})
        message = str(caught.value)
        assert re.search(rf"\b{parameter}\b", message), (value, message)
        assert any(word in message for word in ("must", "out of bounds")), (value, message)
        if not isinstance(value, list | set):
            assert str(value) in message or parameter in ("losses", "weights"), (value, message)


@pytest.mark.parametrize("name", ROWS)
def test_what_is_left_out_has_the_default_that_the_documentation_states(name):
    function = getattr(regsoft, name)
    stated = re.findall(r"^(\w+) : .*, default (\S+)$", inspect.getdoc(function), re.MULTILINE)
    parameters = inspect.signature(function).parameters
    optional = [
        parameter.name for parameter in parameters.values() if parameter.default is not parameter.empty
    ]
    assert [parameter for parameter, _ in stated] == optional
    required = {parameter: SAMPLES[parameter] for parameter in parameters if parameter not in optional}
    documented = {parameter: ast.literal_eval(value) for parameter, value in stated}
    np.testing.assert_array_equal(function(**required), function(**required, **documented))


@pytest.mark.parametrize(
    "name", [name for name, arrays in ARRAYS_OF.items() if len(arrays) == 2 and "sigmoid" not in name]
)
def test_arguments_of_two_lengths_are_refused_by_both_their_names(name):
    first, second = ARRAYS_OF[name]
    with pytest.raises(
        ValueError, match=rf"^{first} and {second} must have the same length .* \(2, 2\) and \(2, 3\)$"
    ):
        getattr(regsoft, name)(**{first: np.full((2, 2), 0.5), second: np.full((2, 3), 1 / 3)})


# ---------------------------------------------------------------------------------- what is no function of arrays

PROVED = set()


def proves(*things):
    """Note that a test states a property of each of `things`."""
    PROVED.update(things)
    return lambda test: test


@proves(*(getattr(figures, name) for name in figures.__all__ if callable(getattr(figures, name))))
@pytest.mark.parametrize("name", WIDE)
@settings(max_examples=1)
@given(data=st.data())
def test_a_figure_is_whole_wherever_its_sliders_stand(name, data):
    ends = {key: (min(v), max(v)) if not isinstance(v[0], str) else v for key, v in WIDE[name].items()}
    chosen = {
        key: data.draw(
            st.sampled_from(v) if isinstance(v[0], str) or key == "bits" else st.floats(*map(float, v))
        )
        for key, v in {**ends, **{k: v for k, v in WIDE[name].items() if k == "bits"}}.items()
    }
    picture = getattr(figures, name)(**chosen)
    assert picture.alt.endswith(".")
    root = ET.fromstring(picture.svg)
    for value in (value for element in root.iter() for value in element.attrib.values()):
        assert "nan" not in value.split()
        assert "inf" not in value.split()


@proves(Picture)
@given(alt=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1))
@settings(max_examples=5)
def test_a_picture_says_its_text_and_nothing_else_whatever_the_text(alt):
    blank = not alt.strip()
    if blank:
        with pytest.raises(ValueError, match=r"^alt must say"):
            Picture(Figure((1, 1)), alt)
    else:
        assert ET.fromstring(Picture(Figure((1, 1)), alt).svg).get("aria-label") == alt


def _dot(a=0, b=0):
    return Picture(Figure((1, 1)), f"Nothing, {a} times {b}.")


@proves(explore)
@given(
    a=st.lists(st.integers(-9, 9), min_size=2, max_size=4, unique=True),
    b=st.lists(st.integers(-9, 9), min_size=2, max_size=4, unique=True),
)
@settings(max_examples=8)
def test_sliders_start_at_the_default_or_say_that_it_is_missing(a, b):
    missing = [name for name, values in (("a", a), ("b", b)) if 0 not in values]
    if missing:
        with pytest.raises(ValueError, match=f"^{missing[0]} must include the figure's default, 0; got"):
            explore(_dot, a=a, b=b)
    else:
        first, second, _ = explore(_dot, a=a, b=b).children
        assert (first.value, second.value) == (0, 0)


def _is_zero(number):
    """The number is zero"""
    expect(near(numbers(number, "number", ()), 0), "it is not zero")


def _of_nothing_is_zero(function):
    """At nothing it is zero"""
    _is_zero(function())


@proves(check, checks)
@pytest.mark.parametrize(("question", "test"), [("zero", _is_zero), ("zeros", _of_nothing_is_zero)])
def test_no_odd_answer_stops_a_check_or_passes_it(question, test, capsys):
    questions = {question: (test,)}
    for odd in (None, "text", np.nan, [], object(), lambda *a: None, lambda *a, **k: np.full(3, np.nan)):
        check(questions, question, odd)
        said = capsys.readouterr().out
        assert said.startswith(f"{question}: 0 of 1 checks pass\n  FAIL  ")
        checks(questions)(question, odd)
        assert capsys.readouterr().out == said


@proves(own_numbers)
@settings(max_examples=20)
@given(
    student=st.text(st.characters(codec="latin-1"), min_size=1),
    n=st.integers(0, 20),
    low=st.floats(-9, 9),
    width=st.floats(0.01, 9),
)
def test_own_numbers_lie_in_their_bounds_and_return(student, n, low, width):
    high = low + width
    if not student.strip():
        with pytest.raises(ValueError, match=r"^student must be the id"):
            own_numbers("ps1", student)
        return
    numbers = own_numbers("ps1", student, n, low, high)
    assert numbers.shape == (n,)
    assert (np.abs(numbers - (low + high) / 2) <= width / 2 + 0.0051).all()
    np.testing.assert_array_equal(numbers, own_numbers("ps1", f" {student.upper()} ", n, low, high))


@proves(check_argmax)
@given(order=st.sampled_from([1.0, 1.25, 2.0]), scale=st.sampled_from([1.0, 2.0]), d=st.integers(2, 4))
@settings(max_examples=2)
def test_the_judge_passes_the_maximiser_of_an_entropy_and_no_other(order, scale, d):
    def entropy(w):
        return scale * regsoft.tsallis_entropy(np.clip(w, 0, 1) / np.clip(w, 0, 1).sum(), order)

    check_argmax(lambda x, alpha: regsoft.entmax(x, order, scale * alpha), entropy, d=d)
    with pytest.raises(AssertionError, match="at x = "):
        check_argmax(lambda x, alpha: regsoft.entmax(x, order, 1.5 * scale * alpha), entropy, d=d)


# --------------------------------------------------------------------------------------------------- the registry


def public():
    """Return what regsoft offers, by its name: all of `__all__`, and what a public module without one defines."""
    found = {}
    modules = [info.name for info in pkgutil.walk_packages(regsoft.__path__, "regsoft.")]
    for path in ["regsoft", *modules]:
        if any(part.startswith("_") for part in path.split(".")):
            continue
        module = importlib.import_module(path)
        package = importlib.import_module(path.rpartition(".")[0] or path)
        if package is not regsoft and hasattr(package, "__all__"):
            continue  # the package says what is public of it
        names = getattr(module, "__all__", [n for n in vars(module) if not n.startswith("_")])
        for name in names:
            thing = getattr(module, name)
            if callable(thing) and (hasattr(module, "__all__") or getattr(thing, "__module__", "") == path):
                found[f"{path}.{name}"] = thing
    return found


def without_property():
    """Return the public names for which nothing is stated here."""
    rows = {getattr(regsoft, name) for name in ROWS}
    return {name for name, thing in public().items() if thing not in rows | PROVED}


def test_every_public_function_has_a_property():
    assert without_property() == set()


@pytest.mark.parametrize(
    "module", ["regsoft", "regsoft.figures", "regsoft.check", "regsoft.argmax", "regsoft.widgets"]
)
def test_a_new_public_function_without_a_property_is_found(monkeypatch, module):
    owner = importlib.import_module(module)
    new = type("new", (), {"__module__": module})
    monkeypatch.setattr(owner, "new", new, raising=False)
    if hasattr(owner, "__all__"):
        monkeypatch.setattr(owner, "__all__", [*owner.__all__, "new"])
    assert without_property() == {f"{module}.new"}
