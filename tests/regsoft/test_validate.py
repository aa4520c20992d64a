"""What every function of the mathematics accepts, returns and refuses; one row of CALLS each."""

import inspect
from fractions import Fraction
from functools import partial

import numpy as np
import pytest

import regsoft
from regsoft import _validate
from tests.regsoft.strategies import DTYPES, assert_close

SCORES = [[0.5, -1.0, 2.0, 0.25], [3.0, 3.0, -2.0, 0.0], [-0.5, 1.5, 1.0, -8.0]]
POINTS = [[0.5, 0.25, 0.125, 0.125], [1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]]
OTHERS = [[0.25, 0.25, 0.25, 0.25], [0.5, 0.25, 0.125, 0.125], [0.125, 0.5, 0.25, 0.125]]
CALLS = {
    "binary_entropy": {"w": POINTS},
    "boltzmann": {"x": SCORES},
    "cross_entropy": {"p": POINTS, "p_hat": OTHERS},
    "entmax": {"x": SCORES},
    "entmax_jacobian": {"x": SCORES},
    "fenchel_young_loss": {"x": SCORES, "y": POINTS},
    "gini_entropy": {"w": POINTS},
    "hardmax": {"x": SCORES},
    "kl_divergence": {"p": POINTS, "q": OTHERS},
    "log_softmax": {"x": SCORES},
    "logsumexp": {"x": SCORES},
    "mellowmax": {"x": SCORES},
    "project_simplex": {"x": SCORES},
    "shannon_entropy": {"w": POINTS},
    "sigmoid": {"x": SCORES},
    "sigmoid_jacobian": {"x": SCORES},
    "sigmoid_objective": {"w": POINTS, "x": SCORES},
    "softargmax": {"x": SCORES},
    "softmax": {"x": SCORES},
    "softmax_jacobian": {"x": SCORES},
    "softmax_objective": {"w": POINTS, "x": SCORES},
    "softmin": {"x": SCORES},
    "softplus": {"x": SCORES},
    "sparsemax": {"x": SCORES},
    "sparsemax_jacobian": {"x": SCORES},
    "tsallis_entropy": {"w": POINTS},
    "weighted_softmax": {"x": SCORES, "prior": OTHERS},
}
ELSEWHERE = {
    "one_hot",
    "kl_ball",
    "fisher_ellipse",
    "ellipse_error",
    "follow_the_leader",
    "hedge",
    "regret",
}  # other arguments: tested with their modules
FUNCTIONS = {name: getattr(regsoft, name) for name in CALLS}
FUNCTIONS["tsallis_entropy"] = partial(regsoft.tsallis_entropy, order=1.5)
ARGUMENTS = [(name, argument) for name, arrays in CALLS.items() for argument in arrays]
WITH_AXIS = [name for name in CALLS if "axis" in inspect.signature(FUNCTIONS[name]).parameters]
WITHOUT_AXIS = [name for name in CALLS if name not in WITH_AXIS]
MAPS = [
    name
    for name in CALLS
    if "alpha" in inspect.signature(FUNCTIONS[name]).parameters and not name.endswith("objective")
]
OBJECTIVES = ["sigmoid_objective", "softmax_objective"]
PAIRS = [name for name in WITH_AXIS if len(CALLS[name]) == 2]
BAD_ARRAYS = {
    "ragged": ([[1.0, 2.0], [3.0]], ValueError, "[[1.0, 2.0], [3.0]]"),
    "beyond every number type": ([0.5, 10**400], TypeError, "[0.5, 1000"),
    "text": ("half", TypeError, "'half'"),
    "words": (["a", "b"], TypeError, "['a', 'b']"),
    "bytes": (b"1", TypeError, "b'1'"),
    "complex": ([1j, 0.5], TypeError, "[1j, 0.5]"),
    "dates": (np.array(["2020-01-01"], dtype="datetime64[D]"), TypeError, "datetime64[D]"),
    "durations": (np.array([1], dtype="timedelta64[s]"), TypeError, "timedelta64[s]"),
    "fractions": ([Fraction(1, 2)], TypeError, "[Fraction(1, 2)]"),
    "nothing": (None, TypeError, "None"),
    "a set": ({0.5}, TypeError, "{0.5}"),
    "a record": (np.zeros(1, dtype=[("w", float)]), TypeError, "[('w', '<f8')]"),
}
BAD_TEMPERATURES = {
    "zero": (0, ValueError, "0"),
    "negative": (-1.5, ValueError, "-1.5"),
    "NaN": (np.nan, ValueError, "nan"),
    "infinite": (np.inf, ValueError, "inf"),
    "negative zero": (-0.0, ValueError, "-0.0"),
    "text": ("1", TypeError, "'1'"),
    "nothing": (None, TypeError, "None"),
    "complex": (1j, TypeError, "1j"),
    "an array": (np.ones(3), TypeError, "(3,)"),
    "ragged": ([[1.0], []], ValueError, "[[1.0], []]"),
}
BAD_WEIGHTS = {
    "NaN": (np.nan, ValueError, "nan"),
    "infinite": (-np.inf, ValueError, "-inf"),
    "infinite entry": ([1.0, np.inf, 0.0], ValueError, "inf"),
    "text": ("1", TypeError, "'1'"),
    "nothing": (None, TypeError, "None"),
    "ragged": ([[1.0], []], ValueError, "[[1.0], []]"),
}
BAD_AXES = {
    "too large": (2, ValueError),
    "too small": (-3, ValueError),
    "no integer": (0.0, TypeError),
    "text": ("last", TypeError),
    "several": ((0, 1), TypeError),
    "nothing": (None, TypeError),
}


def call(name, dtype=np.float64, change=lambda array: array, **extra):
    arrays = {key: change(np.array(value, dtype)) for key, value in CALLS[name].items()}
    return FUNCTIONS[name](**arrays, **extra)


def rows(name, **extra):
    """Apply a function to each row of its arguments in turn."""
    arguments = CALLS[name]
    return [
        FUNCTIONS[name](**dict(zip(arguments, row, strict=True)), **extra)
        for row in zip(*arguments.values(), strict=True)
    ]


def refusal(error, function, **arguments):
    """Return the message with which a call is refused, once its type is as documented."""
    with pytest.raises(error) as caught:
        function(**arguments)
    assert type(caught.value) in (error, np.exceptions.AxisError)
    return str(caught.value)


def test_every_public_function_has_a_row_here():
    assert set(CALLS) | ELSEWHERE == set(regsoft.__all__)


# What goes in


@pytest.mark.parametrize("case", BAD_ARRAYS)
@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_what_is_no_array_of_real_numbers_is_refused_by_name_and_value(name, argument, case):
    value, error, shown = BAD_ARRAYS[case]
    message = refusal(error, FUNCTIONS[name], **{**CALLS[name], argument: value})
    assert message.startswith(f"{argument} must ")
    assert shown in message


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_a_masked_entry_is_refused_and_a_mask_without_one_is_none(name, argument):
    call = CALLS[name]
    value = np.ma.array(call[argument], mask=False)
    np.testing.assert_array_equal(FUNCTIONS[name](**{**call, argument: value}), FUNCTIONS[name](**call))
    value.mask.flat[0] = True
    message = refusal(TypeError, FUNCTIONS[name], **{**call, argument: value})
    assert message.startswith(f"{argument} must hold no masked entries; got masked_array")


def test_no_integers_are_an_integer_array():
    assert _validate.whole_numbers([], "n").dtype.kind == "i"


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_a_long_bad_value_is_shortened_in_the_message(name, argument):
    message = refusal(TypeError, FUNCTIONS[name], **{**CALLS[name], argument: ["a" * 1000] * 10**4})
    assert len(message) < 400


@pytest.mark.parametrize("case", BAD_TEMPERATURES)
@pytest.mark.parametrize("name", MAPS)
def test_a_temperature_that_is_not_positive_and_finite_is_refused(name, case):
    value, error, shown = BAD_TEMPERATURES[case]
    message = refusal(error, FUNCTIONS[name], **CALLS[name], alpha=value)
    assert message.startswith("alpha must ")
    assert message.endswith(shown)


@pytest.mark.skipif(np.finfo(np.longdouble).max == np.finfo(np.float64).max, reason="longdouble is float64")
@pytest.mark.parametrize("text", ["1e400", "1e-400"])
@pytest.mark.parametrize("name", MAPS)
def test_a_temperature_beyond_double_precision_is_refused(name, text):
    message = refusal(ValueError, FUNCTIONS[name], **CALLS[name], alpha=np.longdouble(text))
    assert message.startswith("alpha must be positive and finite; got ")


@pytest.mark.parametrize("case", BAD_WEIGHTS)
@pytest.mark.parametrize("name", OBJECTIVES)
def test_an_entropy_weight_that_is_not_finite_is_refused(name, case):
    value, error, shown = BAD_WEIGHTS[case]
    message = refusal(error, FUNCTIONS[name], **CALLS[name], alpha=value)
    assert message.startswith("alpha must ")
    assert shown in message


@pytest.mark.parametrize("case", BAD_AXES)
@pytest.mark.parametrize("name", WITH_AXIS)
def test_a_bad_axis_is_refused_by_value(name, case):
    value, error = BAD_AXES[case]
    message = refusal(error, FUNCTIONS[name], **CALLS[name], axis=value)
    assert "axis" in message
    assert repr(value) in message


@pytest.mark.parametrize("name", WITH_AXIS)
def test_a_single_number_has_no_axis_and_is_refused(name):
    message = refusal(ValueError, FUNCTIONS[name], **dict.fromkeys(CALLS[name], 1.0))
    assert message.startswith(f"{next(iter(CALLS[name]))} has shape ()")
    assert message.endswith("out of bounds for array of dimension 0")


@pytest.mark.parametrize("name", WITH_AXIS)
def test_an_empty_axis_is_refused(name):
    empty = dict.fromkeys(CALLS[name], np.ones((2, 0)))
    message = refusal(ValueError, FUNCTIONS[name], **empty)
    assert message == f"{next(iter(empty))} must not be empty along axis -1; got shape (2, 0)"


@pytest.mark.parametrize("bad", [-1e-9, 1.0000001, -np.inf, np.inf, np.nan])
@pytest.mark.parametrize("name", ["binary_entropy", "sigmoid_objective"])
def test_a_decision_outside_the_unit_interval_is_refused(name, bad):
    message = refusal(ValueError, FUNCTIONS[name], **{**CALLS[name], "w": [0.5, bad]})
    assert message == f"w must lie in [0, 1]; got {bad}"


SIMPLEX_ARGUMENTS = [(n, a) for n, a in ARGUMENTS if n in WITH_AXIS and a != "x"]


@pytest.mark.parametrize(("name", "argument"), SIMPLEX_ARGUMENTS)
@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ([0.75, 0.75, -0.5, 0.0], "must have no negative entry; got -0.5"),
        ([np.nan, 0.5, 0.5, 0.0], "must have no negative entry; got nan"),
        ([0.5, 0.25, 0.125, 0.0], "must sum to 1 along axis -1; got 0.875"),
        ([np.inf, 0.0, 0.0, 0.0], "must sum to 1 along axis -1; got inf"),
        ([0.0, 0.0, 0.0, 0.0], "must sum to 1 along axis -1; got 0.0"),
    ],
)
def test_a_point_outside_the_simplex_is_refused(name, argument, bad, why):
    arguments = {**CALLS[name], argument: [POINTS[0], bad, POINTS[2]]}
    assert refusal(ValueError, FUNCTIONS[name], **arguments) == f"{argument} {why}"


@pytest.mark.parametrize(("name", "argument"), SIMPLEX_ARGUMENTS)
def test_rounding_does_not_push_a_point_out_of_the_simplex(name, argument):
    for dtype in DTYPES:
        eps = np.finfo(dtype).eps
        nearly, off = np.array([[0.5, 0.5, 0, 0]] * 2, dtype)
        nearly[0] += 4 * eps  # in this dtype: a float64 is too coarse for a longdouble of 128 bits
        off[0] += 4 * np.sqrt(eps)
        FUNCTIONS[name](**{**CALLS[name], argument: [nearly] * 3})
        refusal(ValueError, FUNCTIONS[name], **{**CALLS[name], argument: np.array([off] * 3)})


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize(
    ("first", "second", "axis"),
    [
        ([0.5, 0.5], [0.5, 0.25, 0.25], -1),
        ([0.5, 0.5], [1.0], -1),  # NumPy would broadcast a length of 1
        ([1.0], [0.5, 0.5], -1),
        ([[0.5, 0.5]] * 2, [[0.5, 0.5]] * 3, -1),
        ([0.5, 0.5], [[0.5], [0.5]], 0),
        (
            [[0.5, 0.5], [0.5, 0.5]],
            [0.5, 0.5],
            0,
        ),  # axis 0 is a batch axis of one and the simplex of the other
    ],
)
def test_arguments_that_do_not_fit_are_refused_with_both_shapes(name, first, second, axis):
    arguments = dict(zip(CALLS[name], (first, second), strict=True))
    message = refusal(ValueError, FUNCTIONS[name], **arguments, axis=axis)
    assert message.startswith("{} and {} must have the same length along axis".format(*arguments))
    assert message.endswith(f"got {np.shape(first)} and {np.shape(second)}")


@pytest.mark.parametrize("name", PAIRS)
def test_leading_axes_of_the_arguments_broadcast(name):
    first, second = (np.array(value) for value in CALLS[name].values())
    result = FUNCTIONS[name](first[:, None], second)
    assert result.shape[:2] == (3, 3)
    assert_close(result[range(3), range(3)], call(name))


# What comes out


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_floating_dtype_is_kept(name, dtype):
    result = call(name, dtype)
    assert result.dtype == dtype
    assert_close(result, call(name, np.longdouble), ulps=16)


@pytest.mark.parametrize("name", MAPS)
@pytest.mark.parametrize(
    "alpha", [1e-300, 0.1, 2, True, np.float64(0.5), np.longdouble(3), np.array(7.0), 1e300]
)
def test_the_temperature_leaves_the_dtype_alone(name, alpha):
    for dtype in (np.float16, np.float32, np.float64):
        assert call(name, dtype, alpha=alpha).dtype == dtype


def test_thousands_of_small_shares_in_half_precision_are_seen_to_sum_to_1():
    shares = np.full((5000, 2), 1 / 5000, np.float16)  # in half precision their sum stops growing at one half
    np.testing.assert_allclose(regsoft.shannon_entropy(shares, axis=0), np.log(5000), rtol=1e-3)


def test_a_sum_may_miss_1_by_the_root_of_the_rounding_unit_and_no_more():
    regsoft.shannon_entropy([1, 2.0**-26])
    with pytest.raises(ValueError, match="must sum to 1"):
        regsoft.shannon_entropy([1, 2.0**-26 + 2.0**-52])


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_single_entropy_weight_leaves_the_dtype_alone_and_an_array_takes_part(name):
    assert call(name, np.float32, alpha=np.float64(-0.5)).dtype == np.float32
    assert call(name, np.float32, alpha=np.array(2.0)).dtype == np.float32
    assert call(name, np.float32, alpha=np.ones((5, 1, 1))).dtype == np.float64


@pytest.mark.parametrize("name", [name for name, arrays in CALLS.items() if len(arrays) == 2])
def test_two_dtypes_give_the_wider_one(name):
    narrow, wide = (np.array(value) for value in CALLS[name].values())
    assert FUNCTIONS[name](narrow.astype(np.float32), wide).dtype == np.float64
    assert FUNCTIONS[name](narrow, wide.astype(np.float32)).dtype == np.float64


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64, np.uint64])
@pytest.mark.parametrize("name", CALLS)
def test_integers_and_booleans_count_as_float64(name, dtype):
    whole = np.eye(4, dtype=dtype)
    from_whole = FUNCTIONS[name](**dict.fromkeys(CALLS[name], whole))
    assert from_whole.dtype == np.float64
    np.testing.assert_array_equal(from_whole, FUNCTIONS[name](**dict.fromkeys(CALLS[name], np.eye(4))))
    np.testing.assert_array_equal(from_whole, FUNCTIONS[name](**dict.fromkeys(CALLS[name], whole.tolist())))


def spread(array):
    """Return the same values with gaps between them in memory, rows and columns reversed."""
    wide = np.full([3 * side for side in array.shape], np.nan, array.dtype)
    view = wide[tuple(slice(1, None, 3) for _ in array.shape)][::-1, ::-1]
    view[...] = array
    return view


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("layout", [np.asfortranarray, spread, lambda a: a.astype(a.dtype.newbyteorder())])
def test_order_gaps_and_bytes_in_memory_do_not_matter(name, dtype, layout):
    result = call(name, dtype, layout)
    assert result.dtype.isnative
    assert_close(result, call(name, dtype), ulps=4)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("alpha", [1.0, 0.5, 1e300])
def test_arguments_are_neither_modified_nor_returned(name, alpha):
    arrays = {key: np.array(value) for key, value in CALLS[name].items()}
    for array in arrays.values():
        array.flags.writeable = False
    extra = {"alpha": alpha} if name in MAPS + OBJECTIVES else {}
    result = FUNCTIONS[name](**arrays, **extra)
    for key, array in arrays.items():
        assert not np.shares_memory(result, array)
        np.testing.assert_array_equal(array, CALLS[name][key])
        array.flags.writeable = True
    assert result.flags.writeable or result.ndim == 0
    again = FUNCTIONS[name](**arrays, **extra)
    np.testing.assert_array_equal(again, result)
    for key, array in arrays.items():
        np.testing.assert_array_equal(array, CALLS[name][key])


@pytest.mark.parametrize("name", WITHOUT_AXIS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_number_gives_a_number(name, dtype):
    for one in (lambda value: dtype(value), lambda value: np.array(value, dtype)):
        result = FUNCTIONS[name](**dict.fromkeys(CALLS[name], one(0.25)))
        assert type(result) is dtype
    assert type(FUNCTIONS[name](**dict.fromkeys(CALLS[name], 1))) is np.float64


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", WITH_AXIS)
def test_a_vector_gives_a_number_where_the_axis_is_summed(name, dtype):
    result = FUNCTIONS[name](**{key: np.array(value[0], dtype) for key, value in CALLS[name].items()})
    assert type(result) is (dtype if np.ndim(result) == 0 else np.ndarray)


@pytest.mark.parametrize("name", CALLS)
def test_the_rows_of_a_batch_do_not_see_each_other(name):
    assert_close(call(name), rows(name), ulps=2)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("shape", [(0, 4), (0, 40), (2, 0, 3, 4)])
def test_an_empty_batch_gives_an_empty_result(name, shape):
    result = FUNCTIONS[name](**dict.fromkeys(CALLS[name], np.empty(shape)))
    assert result.size == 0
    assert result.dtype == np.float64
    full = FUNCTIONS[name](**dict.fromkeys(CALLS[name], np.full((1, shape[-1]), 1 / shape[-1])))
    assert result.shape == (*shape[:-1], *full.shape[1:])


@pytest.mark.parametrize("axis", [0, 1, 2, -2, -3])
@pytest.mark.parametrize("name", WITH_AXIS)
def test_any_axis_can_be_the_one_that_counts(name, axis):
    arrays = {key: np.stack([value, value[::-1]]) for key, value in CALLS[name].items()}
    last = FUNCTIONS[name](**arrays)
    moved = FUNCTIONS[name](**{k: np.moveaxis(v, -1, axis) for k, v in arrays.items()}, axis=axis)
    if last.shape == next(iter(arrays.values())).shape:  # a share for each score
        last = np.moveaxis(last, -1, axis)
    assert_close(moved, last, ulps=2)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", [name for name in CALLS if "x" in CALLS[name]])
def test_nan_stays_in_its_own_slice(name, dtype):
    x = np.array(SCORES, dtype)
    x[1, 2] = np.nan
    arguments = {key: x if key == "x" else np.full_like(x, 0.25) for key in CALLS[name]}
    result = FUNCTIONS[name](**arguments)
    assert np.isnan(result[1]).all() if name in WITH_AXIS else np.isnan(result[1, 2])
    assert np.isfinite(np.delete(result, 1, axis=0)).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", CALLS)
def test_nothing_is_signalled_even_where_numpy_is_told_to_raise(name, dtype):
    limits = np.finfo(dtype)
    large, small = limits.max, limits.smallest_subnormal
    x = np.array([[large, -large, 0, 1], [np.inf, -np.inf, np.nan, 1], [-1000, small, -small, 1]], dtype)
    w = np.array([[1, 0, 0, 0], [1, small, 0, 0], [0.25] * 4], dtype)
    for alpha in (1e-300, 1.0, 1e300):
        extra = {"alpha": alpha} if name in MAPS + OBJECTIVES else {}
        points = iter((w, w[::-1]))
        arrays = {key: x if key == "x" else next(points) for key in CALLS[name]}
        with np.errstate(all="raise"):
            FUNCTIONS[name](**arrays, **extra)
