"""What the exponentials stand on: gaps that are never positive, and dtypes that are never narrowed by the way."""

import numpy as np
import pytest

from regsoft._stable import quiet, score_gaps, widened


def test_a_dtype_is_widened_to_the_least_that_is_asked_and_nothing_is_copied_in_vain():
    kinds = (np.float16, np.float32, np.float64)
    assert [widened(np.ones(2, kind), np.float32).dtype for kind in kinds] == [np.float32, np.float32, float]
    assert {widened(np.ones(2, kind)).dtype for kind in kinds} == {np.dtype(float)}
    x = np.array([0.1, 0.2])
    assert widened(x) is x


@pytest.mark.parametrize("alpha", [1.0, 2.0, np.float64(1e-300), np.float64(1e300), np.ones((2, 1))])
@pytest.mark.parametrize("top", [np.inf, -np.inf])
@quiet
def test_there_is_no_gap_between_equal_infinite_scores(top, alpha):
    gaps, largest = score_gaps(np.full((2, 2), top), alpha)
    np.testing.assert_array_equal(gaps, np.zeros((2, 2)))
    np.testing.assert_array_equal(largest, [[top], [top]])


def test_the_temperatures_of_rows_divide_each_its_own_and_none_overflows():
    large = np.finfo(float).max
    gaps, top = score_gaps(np.array([[large, -large], [5e-324, 0]]), np.array([[large], [5e-324]]))
    np.testing.assert_array_equal(gaps, [[0, -2], [0, -1]])
    np.testing.assert_array_equal(top, [[large], [5e-324]])
