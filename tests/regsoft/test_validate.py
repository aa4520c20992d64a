"""Each validator of arguments: what it refuses, with which words, and what it makes of what it takes."""

import numpy as np
import pytest

from regsoft import _validate

from .refused import REFUSED, refusal
from .strategies import DTYPES

PAIR = np.full((2, 2), 0.5)
VALIDATORS = {
    "real_array": _validate.real_array,
    "whole_numbers": _validate.whole_numbers,
    "slices": lambda value, name: _validate.slices(value, name, -1),
    "axis": lambda axis, name: _validate.slices(PAIR, "x", axis),
    "positive": _validate.positive,
    "order": lambda value, name: _validate.order(value),
    "entropy_weight": lambda value, name: _validate.entropy_weight(value),
    "unit_interval": _validate.unit_interval,
    "simplex_points": lambda value, name: _validate.simplex_points(value, name, -1),
    "finite_rounds": _validate.finite_rounds,
}
NAMES = {
    "order": "order",
    "entropy_weight": "alpha",
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
    points, axis = _validate.simplex_points([[0.5, 1.0], [0.5, 0.0]], "x", np.int64(0))
    assert (points.tolist(), axis) == ([[0.5, 1.0], [0.5, 0.0]], 0)


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


def test_an_axis_comes_back_as_an_integer():
    array, axis = _validate.slices([[1, 2]], "x", np.int8(-2))
    assert (array.tolist(), axis, type(axis)) == ([[1.0, 2.0]], -2, int)
    assert _validate.slices(np.ones((0, 4)), "x", 1)[1] == 1  # no slices at all, each of four


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


@pytest.mark.parametrize("dtype", DTYPES)
def test_rounding_does_not_push_a_point_out_of_the_simplex(dtype):
    eps = np.finfo(dtype).eps
    nearly, off = np.array([[0.5, 0.5, 0, 0]] * 2, dtype)
    nearly[0] += 4 * eps  # in this dtype: a float64 is too coarse for a longdouble of 128 bits
    off[0] += 4 * np.sqrt(eps)
    _validate.simplex_points(nearly, "w", -1)
    with pytest.raises(ValueError, match=r"^w must sum to 1 along axis -1; got 1"):
        _validate.simplex_points(off, "w", -1)


def test_a_sum_may_miss_1_by_the_root_of_the_rounding_unit_and_no_more():
    _validate.simplex_points([1, 2.0**-26], "w", -1)
    with pytest.raises(ValueError, match="must sum to 1"):
        _validate.simplex_points([1, 2.0**-26 + 2.0**-52], "w", -1)


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
    ([[0.5, 0.5], [0.5, 0.5]], [0.5, 0.5], 0),  # axis 0 is a batch axis of one and the simplex of the other
]


@pytest.mark.parametrize(("first", "second", "axis"), UNLIKE)
def test_arrays_that_do_not_fit_are_refused_with_both_shapes(first, second, axis):
    with pytest.raises(ValueError, match=r"^p and q must have the same length") as caught:
        _validate.same_length(np.array(first), np.array(second), ("p", "q"), axis)
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
    ],
)
def test_arrays_of_one_length_whose_other_axes_broadcast_fit(first, second, axis):
    _validate.same_length(np.ones(first), np.ones(second), ("p", "q"), axis)
