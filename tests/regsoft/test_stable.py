"""What the exponentials stand on: gaps that are never positive, and dtypes that are never narrowed by the way."""

import numpy as np
import pytest

from regsoft._stable import at_least_single, quiet, rounded, scaled, score_gaps

LIMITS = np.finfo(np.float32)


def test_only_half_precision_is_widened_and_only_to_single():
    kinds = (np.float16, np.float32, np.float64)
    widened = [at_least_single(np.ones(2, kind)).dtype for kind in kinds]
    assert widened == [np.float32, np.float32, np.float64]


@pytest.mark.parametrize("alpha", [float(LIMITS.tiny), 0.5, float(LIMITS.max)])
def test_a_normal_number_of_the_dtype_leaves_it(alpha):
    assert scaled(np.ones(2, np.float32), alpha).dtype == np.float32


@pytest.mark.parametrize("alpha", [float(LIMITS.tiny) / 2, float(LIMITS.max) * 2])
@quiet
def test_what_is_no_normal_number_of_the_dtype_divides_in_double_precision(alpha):
    x = np.array([1e-3, 2e-3], np.float32)
    np.testing.assert_array_equal(scaled(x, alpha), x.astype(np.float64) / alpha)


@pytest.mark.parametrize("top", [np.inf, -np.inf])
@quiet
def test_there_is_no_gap_between_equal_infinite_scores(top):
    for x in ([top, top], [[top], [top]]):
        gaps, largest = score_gaps(np.array(x), 2.0, 0)
        np.testing.assert_array_equal(gaps, np.zeros_like(x))
        assert np.all(largest == top)


def test_the_largest_score_is_a_number_for_a_vector_and_broadcasts_otherwise():
    x = np.array([[1.0, 3.0], [4.0, 2.0]])
    assert [np.shape(score_gaps(part, 1.0, -1)[1]) for part in (x[0], x)] == [(), (2, 1)]


def test_a_number_comes_out_as_a_number_and_nothing_is_copied_in_vain():
    x = np.array([0.1, 0.2])
    assert np.shares_memory(rounded(x, np.float64), x)
    assert isinstance(rounded(np.array(0.1), np.float32), np.float32)
