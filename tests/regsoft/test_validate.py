"""Each validator of arguments: what it refuses, with which words, and what it makes of what it takes."""

import numpy as np
import pytest
from scipy import special

from regsoft import _validate, softmax

from .refused import REFUSED, refusal
from .strategies import DTYPES

PAIR = np.full((2, 2), 0.5)
VALIDATORS = {
    "real_array": _validate.real_array,
    "whole_numbers": _validate.whole_numbers,
    "slices": lambda value, name: _validate.slices(value, name, -1),
    "axis": lambda axis, name: _validate.slices(PAIR, "x", axis),
    "positive": _validate.positive,
    "temperature": lambda value, name: _validate.temperature(value),
    "where": lambda value, name: _validate.slices(PAIR, "x", -1, value),
    "order": lambda value, name: _validate.order(value),
    "entropy_weight": lambda value, name: _validate.entropy_weight(value),
    "unit_interval": _validate.unit_interval,
    "simplex_points": lambda value, name: _validate.simplex_points(value, name, -1),
    "finite_rounds": _validate.finite_rounds,
}
NAMES = {
    "order": "order",
    "entropy_weight": "alpha",
    "temperature": "alpha",
    "where": "where",
}  # of the arguments of those that serve one argument alone


@pytest.mark.parametrize(
    ("validator", "case"), [(name, case) for name in VALIDATORS for case in REFUSED[name]]
)
def test_what_is_wrong_is_refused_by_name_and_value_with_what_is_allowed(validator, case):
    row, name = REFUSED[validator][case], NAMES.get(validator, "x")
    refusal(row, VALIDATORS[validator], row[0], name, name=name)


def test_the_axis_of_points_of_the_simplex_is_checked_and_returned():
    for case in REFUSED["axis"].values():
        refusal(case, _validate.simplex_points, PAIR, "x", case[0], name="x")
    points, place = _validate.simplex_points([[0.5, 1.0], [0.5, 0.0]], "x", np.int64(0))
    assert (points.tolist(), place) == ([[0.5, 0.5], [1.0, 0.0]], ((-2,), (2, 2)))


@pytest.mark.parametrize("validator", [_validate.real_array, _validate.whole_numbers])
def test_a_long_bad_value_is_shortened_in_the_message(validator):
    with pytest.raises(TypeError, match=r"^x must hold") as caught:
        validator(["a" * 1000] * 10**4, "x")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_floating_array_is_taken_as_it_is_in_the_byte_order_of_the_machine(dtype):
    array = np.ones(2, dtype)
    assert _validate.real_array(array, "x") is array
    swapped = _validate.real_array(array.astype(array.dtype.newbyteorder()), "x")
    assert swapped.dtype == dtype
    assert swapped.dtype.isnative
    assert swapped.tolist() == [1, 1]


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64, np.uint64])
def test_integers_and_booleans_count_as_float64(dtype):
    array = _validate.real_array(np.array([0, 1], dtype), "x")
    assert array.dtype == np.float64
    assert array.tolist() == [0, 1]


def test_a_masked_array_without_a_masked_entry_is_an_array():
    for values, validator in (([1.0, 2.0], _validate.real_array), ([1, 2], _validate.whole_numbers)):
        array = validator(np.ma.array(values, mask=False), "x")
        assert type(array) is np.ndarray
        assert array.tolist() == values


def test_no_integers_are_an_integer_array():
    assert _validate.whole_numbers([], "n").dtype.kind == "i"
    assert _validate.whole_numbers(np.uint8(3), "n") == 3


def test_axes_are_counted_from_the_end_and_made_the_last():
    array = np.arange(24.0).reshape(2, 3, 4)
    for axis, axes in ((np.int8(-3), (-3,)), (1, (-2,)), ((-1, 0), (-3, -1)), (None, (-3, -2, -1))):
        rows, place = _validate.slices(array, "x", axis)
        assert place == (axes, (2, 3, 4))
        sides = [side for i, side in enumerate(array.shape) if i - 3 not in axes]
        np.testing.assert_array_equal(
            rows, np.moveaxis(array, axes, range(-len(axes), 0)).reshape(*sides, -1)
        )
    assert _validate.slices(np.ones((0, 4)), "x", 1)[0].shape == (0, 4)  # no rows at all, each of four


def test_what_does_not_take_part_is_replaced_in_the_dtype_of_the_rest():
    x = np.array([[1, 2], [3, 4]], np.float32)
    for axis, expected in ((-1, [[1, 2], [-np.inf, 4]]), (0, [[1, -np.inf], [2, 4]])):
        rows, _ = _validate.scores(x, "x", axis, [[True, True], [False, True]])
        assert rows.dtype == np.float32
        np.testing.assert_array_equal(rows, expected)
    rows, _ = _validate.simplex_points([1.0, 7.0], "w", -1, [True, False])
    np.testing.assert_array_equal(rows, [1, 0])


def test_integers_that_no_float_holds_come_as_exact_gaps():
    for dtype, low in ((np.int64, -(2**63)), (np.uint64, 0)):
        top = np.iinfo(dtype).max
        gaps, _ = _validate.scores(np.array([top, top - 1, low], dtype), "x", -1)
        np.testing.assert_array_equal(gaps, [0, -1, -float(top - low)])


@pytest.mark.parametrize(
    "value", [1e-300, 0.1, 2, True, np.float64(0.5), np.longdouble(3), np.array(7.0), 1e300]
)
def test_a_positive_number_comes_back_as_a_float(value):
    for validator in (lambda value: _validate.positive(value, "alpha"), lambda v: _validate.order(v + 1)):
        assert type(validator(value)) is float
    assert _validate.positive(value, "alpha") == value
    assert _validate.order(1) == 1


def test_a_single_weight_comes_back_as_a_float_and_several_as_an_array():
    for value in (-0.5, 0, np.float64(2), np.array(3.0)):
        weight = _validate.entropy_weight(value)
        assert (weight, type(weight)) == (value, float)
    assert _validate.entropy_weight([-1, 2]).tolist() == [-1.0, 2.0]


def test_the_ends_of_the_unit_interval_belong_to_it():
    assert _validate.unit_interval([0, 1, 0.5], "w").tolist() == [0, 1, 0.5]


def test_a_number_leaves_the_dtype_alone_unless_it_would_lose_its_digits_and_an_array_gets_an_axis():
    kinds = [type(_validate.temperature(alpha)) for alpha in (1, 0.1, np.float32(2), 1e-300, 1e38)]
    assert kinds == [float, float, float, np.float64, np.float64]
    assert _validate.temperature([1, 2]).shape == (2, 1)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_sum_may_miss_1_by_2_percent_and_no_more(dtype):
    _validate.simplex_points(np.array([0.51, 0.509], dtype), "w", -1)
    _validate.simplex_points(np.array([0.5, 0.481], dtype), "w", -1)
    for wrong in (0.479, 0.521):
        with pytest.raises(ValueError, match="must sum to 1 along axis -1; got"):
            _validate.simplex_points(np.array([0.5, wrong], dtype), "w", -1)


@pytest.mark.parametrize("count", [2, 3, 10, 1000, 10_000])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_what_any_softmax_returns_is_a_point_of_the_simplex_also_when_it_was_widened(dtype, count):
    for scale in (0, 0.1, 3):
        x = np.random.default_rng(count).normal(scale=scale, size=count).astype(dtype)
        terms = np.exp(x.astype(float) - x.max())
        theirs = [
            special.softmax(x),
            (terms / terms.sum()).astype(dtype),
        ]  # SciPy's, and rounded once as torch's
        for w in (softmax(x), *theirs):
            for form in (w, w.astype(float), w.astype(np.longdouble)):
                _validate.simplex_points(form, "w", -1)


def test_thousands_of_small_shares_in_half_precision_are_seen_to_sum_to_1():
    shares = np.full((5000, 2), 1 / 5000, np.float16)  # in half precision their sum stops growing at one half
    _validate.simplex_points(shares, "w", 0)


def test_rounds_may_be_none_and_experts_one():
    assert _validate.finite_rounds(np.ones((0, 1)), "losses").shape == (0, 1)


UNLIKE = [
    ([0.5, 0.5], [0.5, 0.25, 0.25], -1),
    ([0.5, 0.5], [1.0], -1),  # NumPy would broadcast a length of 1
    ([1.0], [0.5, 0.5], -1),
    ([[0.5, 0.5]] * 2, [[0.5, 0.5]] * 3, -1),
    ([0.5, 0.5], [[0.5], [0.5]], 0),
    (np.full((2, 3), 1 / 6), np.full((3, 2), 1 / 6), None),
    ([[0.5, 0.5]], [0.5, 0.5], None),
    ([[0.5, 0.5], [0.5, 0.5]], [0.5, 0.5], 0),  # axis 0 is a batch axis of one and the simplex of the other
]


@pytest.mark.parametrize(("first", "second", "axis"), UNLIKE)
def test_arrays_that_do_not_fit_are_refused_with_both_shapes(first, second, axis):
    with pytest.raises(ValueError, match=r"^p and q must have the same length") as caught:
        _validate.pair(*(_validate.slices(a, "p", axis)[1] for a in (first, second)), ("p", "q"), axis)
    assert str(caught.value) == (
        f"p and q must have the same length along axis {axis} and shapes that broadcast; "
        f"got {np.shape(first)} and {np.shape(second)}"
    )


@pytest.mark.parametrize(
    ("first", "second", "axis"),
    [
        ((3, 2), (2,), -1),
        ((4, 1, 2), (3, 2), -1),
        ((2, 3), (2, 3), 0),
        ((2, 3), (2, 1), 0),
        ((3, 2), (3, 1), -2),
        ((2, 3), (2, 3), None),
        ((5, 2, 3), (2, 3), (-1, -2)),
    ],
)
def test_arrays_of_one_length_whose_other_axes_broadcast_fit(first, second, axis):
    _validate.pair(*(_validate.slices(np.ones(a), "p", axis)[1] for a in (first, second)), ("p", "q"), axis)
