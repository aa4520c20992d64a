"""The inputs that the tests of the mathematics share, and how closely results must agree."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

DTYPES = (np.float16, np.float32, np.float64, np.longdouble)
temperatures = st.floats(-3, 3).map(lambda exponent: 10.0**exponent)
mild_temperatures = st.floats(-1, 3).map(
    lambda exponent: 10.0**exponent
)  # no share of scores up to 30 underflows
shapes = hnp.array_shapes(min_dims=1, max_dims=3, max_side=6)


def assert_close(actual, desired, ulps=8, scale=0.0):
    """Compare up to `ulps` rounding units of `desired`, or of `scale` where rounding happened at that size."""
    actual = np.asarray(actual)
    eps = float(np.finfo(actual.dtype).eps)
    np.testing.assert_allclose(actual, desired, rtol=ulps * eps, atol=ulps * eps * scale)


@st.composite
def scores(draw, bound=50, grid=False, shapes=shapes):
    """Draw an array of scores, float32 or float64, and an axis of it; on a grid sums of scores are exact."""
    elements = (
        st.integers(-8 * bound, 8 * bound).map(lambda n: n / 8)
        if grid
        else st.floats(-bound, bound, width=32)
    )
    x = draw(hnp.arrays(draw(st.sampled_from([np.float32, np.float64])), draw(shapes), elements=elements))
    return x, draw(st.integers(-x.ndim, x.ndim - 1))


def score_vectors(bound=50, most=8):
    """Draw one float64 vector of 1 to `most` scores."""
    return hnp.arrays(np.float64, st.integers(1, most), elements=st.floats(-bound, bound))


@st.composite
def simplex_points(draw, d, count=()):
    """Draw points of the simplex, vertices and edges among them, along the last axis."""
    parts = draw(hnp.arrays(np.int64, (*count, d), elements=st.integers(0, 1000)))
    parts[..., draw(st.integers(0, d - 1))] += 1
    return parts / parts.sum(axis=-1, keepdims=True)


@st.composite
def scores_and_points(draw, bound=50, points=1):
    """Draw a float64 vector of scores and `points` points of the simplex of the same length."""
    x = draw(score_vectors(bound))
    return x, *(draw(simplex_points(len(x))) for _ in range(points))


@st.composite
def point_pairs(draw):
    """Draw two points of the same simplex."""
    d = draw(st.integers(1, 8))
    return draw(simplex_points(d)), draw(simplex_points(d))
