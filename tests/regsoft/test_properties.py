"""What holds for each public function of the mathematics, on inputs that nobody chose: the rows of functions.py."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import regsoft

from .functions import POINTS, ROWS, floating, parameters
from .strategies import DTYPES, simplex_points

# The arguments, drawn by the names of the parameters

FINITE = st.one_of(
    st.floats(-50, 50, width=16), st.sampled_from([0.0, -0.0, 1000.0, -1000.0, 6e4, 2.0, 2.0, 1e-7])
)
SCORES = st.one_of(FINITE, FINITE, st.sampled_from([np.inf, -np.inf, np.nan]))
TEMPERATURES = st.one_of(st.just(1.0), st.integers(1, 9), st.floats(-9, 9).map(lambda n: 10.0**n))
ORDERS = st.one_of(st.sampled_from([1, 1.5, 2, 3.0, 40.0]), st.floats(1, 5))


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
    batch = tuple(draw(st.lists(st.integers(0, 3), max_size=2)))
    d, at = draw(st.integers(1, 6)), draw(st.integers(0, len(batch)))
    shape = (*batch[:at], d, *batch[at:])
    if "losses" in parameters(name):
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
        "keepdims": lambda: False,
        "v": lambda: draw(formed(draw(hnp.arrays(float, shape, elements=FINITE)))),
        "where": lambda: True,
        "x": lambda: draw(formed(draw(hnp.arrays(float, shape, elements=SCORES)), whole=True)),
        "w": lambda: draw(
            hnp.arrays(draw(st.sampled_from(DTYPES)), shape, elements=st.floats(0, 1, width=16))
        ),
    }

    def points():
        rows = draw(
            simplex_points(d, (*batch[:at], *batch[at:]) if "losses" not in parameters(name) else shape[:-1])
        )
        axis = at if "losses" not in parameters(name) else -1
        array = draw(formed(np.moveaxis(rows, -1, axis)))
        if getattr(array, "dtype", None) == np.longdouble:  # which may have 128 bits, while float64 was drawn
            array /= array.sum(axis=axis, keepdims=True)
        return array

    on_simplex = POINTS | ({"w"} if "axis" in parameters(name) else set())
    return {p: points() if p in on_simplex else drawn[p]() for p in parameters(name)}


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
    arrays = [value for key, value in arguments.items() if key in {"x", "v", "w", "losses", *POINTS}]
    assert np.shape(result) == shape(**arguments)
    if arrays:
        assert np.asarray(result).dtype == np.result_type(*map(floating, arrays))
    assert troubled(arguments) or not np.isnan(result).any()
    holds(np.asarray(result), **arguments)
