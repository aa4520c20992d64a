"""One row of ROWS for each public function of the mathematics: what it returns, whatever goes in.

The arguments go by the names of parameters, which mean the same everywhere: FITTING says what fits a parameter, and
`kind` which of the REFUSED values (refused.py) do not.
"""

import inspect

import numpy as np

import regsoft


def same(**arguments):
    return np.shape(_first(arguments))


def _first(arguments):
    return next(iter(arguments.values()))


def reduced(axis, **arguments):
    return np.delete(np.empty(np.shape(_first(arguments))), slice(1, None), axis).sum(axis).shape


def square(x, axis, **arguments):
    d = np.shape(x)[axis]
    return (*reduced(axis, x=x), d, d)


def floating(value):
    """Return the dtype with which a value takes part: its own if it is floating, else float64."""
    dtype = np.asarray(value).dtype
    return dtype if dtype.kind == "f" else np.dtype(float)


def coarseness(value):
    """Return the rounding unit of a value, no finer than that of the double precision in which all were drawn."""
    return float(max(np.finfo(floating(value)).eps, np.finfo(float).eps))


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


def change(result, alpha, axis, v, **arguments):
    """Changes of shares add to 0, unless alpha is too small for a float."""
    wide = result.astype(np.promote_types(result.dtype, float))
    scale = np.abs(wide).sum(axis=axis)
    finite = np.isfinite(scale)
    assert (np.abs(wide.sum(axis=axis))[finite] <= 16 * coarseness(result) * scale[finite] + 1e-6).all()


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
    "entmax_jvp": (same, change),
    "fenchel_young_loss": (reduced, between(ZERO, ENDLESS)),
    "fisher_ellipse": (lambda points, **_: (points, 3), on_the_ellipse),
    "follow_the_leader": (same, shares),
    "gini_entropy": (reduced, between(ZERO, number(0.5))),
    "hardmax": (same, shares),
    "hedge": (same, lambda result, **_: shares(result)),
    "kl_ball": (lambda points, **_: (points, 3), inside_the_ball),
    "kl_divergence": (reduced, between(ZERO, ENDLESS)),
    "log_sigmoid": (same, between(NOTHING, ZERO)),
    "log_softmax": (same, between(NOTHING, ZERO)),
    "logit": (same, between(NOTHING, ENDLESS)),
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
    "softmax_jvp": (same, change),
    "softmax_objective": (reduced, between(NOTHING, best)),
    "softmin": (same, shares),
    "softplus": (same, between(lambda x, **_: np.maximum(x, 0), ENDLESS)),
    "sparsemax": (same, shares),
    "sparsemax_jacobian": (square, covariance),
    "tsallis_entropy": (reduced, between(ZERO, lambda w, axis, **_: np.log(np.shape(w)[axis]))),
    "weighted_softmax": (same, shares),
}


# What fits: two slices of two, so that any axis may count.

POINTS = {"p", "p_hat", "q", "y", "prior", "weights"}  # points of the simplex, whatever the function
PAIR = [[0.75, 0.25], [0.5, 0.5]]
FITTING = {
    "alpha": 1.0,
    "axis": -1,
    "centre": [0.5, 0.25, 0.25],
    "d": 2,
    "index": [1, 0],
    "keepdims": False,
    "losses": [[1.0, 0.0], [0.5, 2.0]],
    "order": 3.0,
    "points": 12,
    "radius": 0.1,
    "v": [[1.0, 0.0], [-2.0, 0.5]],
    "w": PAIR,
    "where": True,
    "x": [[1.0, 2.0], [3.0, -1.0]],
    **dict.fromkeys(POINTS, PAIR),
}


def parameters(name):
    """Return the parameters of a public function by their names."""
    if name not in regsoft.__all__:
        raise LookupError(
            f"{name} has a row in ROWS of tests/regsoft/functions.py, but regsoft does not offer it: write it in "
            "__all__ of its module, and a new module, with `import *`, in regsoft/__init__.py"
        )
    return inspect.signature(getattr(regsoft, name)).parameters


NEW_PARAMETER = (
    "{name} has a new parameter, {parameter!r}: write what fits it in FITTING of tests/regsoft/functions.py (and "
    "in `kind` there, if it is refused like another), what it may not be in REFUSED of refused.py, and how it is "
    "drawn in `arguments` of test_properties.py"
)


def fitting(name):
    """Return arguments with which a function works, all of its parameters among them."""
    if unknown := [parameter for parameter in parameters(name) if parameter not in FITTING]:
        raise LookupError(NEW_PARAMETER.format(name=name, parameter=unknown[0]))
    return {parameter: FITTING[parameter] for parameter in parameters(name)}


def kind(name, parameter):
    """Return under which kind REFUSED lists what a parameter of a function may not be."""
    with_axis = "axis" in parameters(name)
    if parameter == "alpha":
        return "entropy_weight" if name.endswith("objective") else "temperature"
    if parameter in ("w", *POINTS - {"weights"}):
        return "simplex_points" if with_axis else "unit_interval"
    if parameter in ("x", "v"):
        return "slices" if with_axis else "real_array"
    return {"losses": "finite_rounds"}.get(parameter, parameter)
