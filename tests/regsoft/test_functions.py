"""What every public function of the mathematics accepts, refuses and returns: those with a row in functions.py."""

import ast
import importlib
import inspect
import pkgutil
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import regsoft
from regsoft._types import Array

from .functions import FITTING, NEW_PARAMETER, POINTS, ROWS, fitting, kind, parameters
from .refused import REFUSED, refusal
from .strategies import DTYPES, assert_close

HERE = Path(__file__).parent
ON_ALL = ("functions", "properties", "validate")
SCORES = [[0.5, -1.0, 2.0, 0.25], [3.0, 3.0, -2.0, 0.0], [-0.5, 1.5, 1.0, -8.0]]
SHARES = [[0.5, 0.25, 0.125, 0.125], [1.0, 0.0, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]]
OTHERS = [[0.25, 0.25, 0.25, 0.25], [0.5, 0.25, 0.125, 0.125], [0.125, 0.5, 0.25, 0.125]]
ARRAYS = {
    "x": SCORES,
    "v": SHARES,
    "w": SHARES,
    **dict.fromkeys(POINTS - {"weights"}, OTHERS),
    "p": SHARES,
    "y": SHARES,
}
# The functions of arrays of any shape; those of losses, of an index or of a centre are tested with their modules.
CALLS = {
    name: {key: ARRAYS[key] for key in parameters(name) if key in ARRAYS}
    for name in ROWS
    if ARRAYS.keys() & parameters(name).keys()
}
FUNCTIONS = {name: getattr(regsoft, name) for name in CALLS}
WITH_AXIS = [name for name in CALLS if "axis" in parameters(name)]
WITH_ALPHA = [name for name in CALLS if "alpha" in parameters(name)]
OBJECTIVES = [name for name in WITH_ALPHA if kind(name, "alpha") == "entropy_weight"]
MAPS = [name for name in WITH_ALPHA if name not in OBJECTIVES]
PAIRS = [name for name in WITH_AXIS if len(CALLS[name]) == 2]
every_function = pytest.mark.parametrize("name", CALLS)


def arguments(name, arrays=None, **extra):
    """Return the arrays of a function, or others, with what else it must be given."""
    required = {
        key: FITTING[key]
        for key, parameter in parameters(name).items()
        if parameter.default is parameter.empty and key not in ARRAYS
    }
    return {**(CALLS[name] if arrays is None else arrays), **required, **extra}


def call(name, dtype=np.float64, change=lambda array: array, **extra):
    arrays = {key: change(np.array(value, dtype)) for key, value in CALLS[name].items()}
    return FUNCTIONS[name](**arguments(name, arrays, **extra))


# What goes in


@pytest.mark.parametrize(("name", "parameter"), [(name, key) for name in ROWS for key in parameters(name)])
def test_a_wrong_argument_is_refused_by_its_name_and_value(name, parameter):
    function, right = getattr(regsoft, name), fitting(name)
    function(**right)
    for case in REFUSED[kind(name, parameter)].values():
        first = "p_hat" if name == "cross_entropy" else next(iter(right))  # it says whether p holds labels
        refusal(case, function, name=parameter, first=first, **{**right, parameter: case[0]})


@pytest.mark.parametrize("name", [*PAIRS, "regret"])
def test_arrays_of_two_lengths_are_refused_by_both_names_and_shapes(name):
    right = fitting(name)
    first, second = (key for key in right if key in {"losses", "weights", *ARRAYS})
    text = f"^{first} and {second} must have the same length along axis -1 .* \\(2, 2\\) and \\(2, 3\\)$"
    with pytest.raises(ValueError, match=text):
        getattr(regsoft, name)(**{**right, second: np.full((2, 3), 1 / 3)})


@pytest.mark.parametrize("name", PAIRS)
def test_the_shapes_of_two_arrays_are_compared_along_the_axis_that_counts(name):
    keys = list(CALLS[name])
    arrays = dict(zip(keys, (np.full((2, 2), 0.5), np.full((2, 1), 0.5)), strict=True))
    with pytest.raises(ValueError, match="^{} and {} must have the same length along axis 0".format(*keys)):
        FUNCTIONS[name](**arguments(name, {**arrays, keys[1]: np.array([0.5, 0.5])}, axis=0))
    FUNCTIONS[name](**arguments(name, arrays, axis=0))


@pytest.mark.parametrize("name", PAIRS)
def test_leading_axes_of_the_arguments_broadcast(name):
    first, second = (np.array(value) for value in CALLS[name].values())
    result = FUNCTIONS[name](**arguments(name, dict(zip(CALLS[name], (first[:, None], second), strict=True))))
    assert result.shape[:2] == (3, 3)
    assert_close(result[range(3), range(3)], call(name))


# What comes out


@every_function
def test_a_floating_dtype_is_kept_and_integers_and_booleans_count_as_float64(name):
    exact = call(name, np.longdouble)
    for dtype in DTYPES:
        result = call(name, dtype)
        assert result.dtype == dtype
        assert_close(result, exact, ulps=16)
    expected = FUNCTIONS[name](**arguments(name, dict.fromkeys(CALLS[name], np.eye(4))))
    for dtype in (bool, np.int8, np.uint8, np.int64, np.uint64):
        whole = np.eye(4, dtype=dtype)
        for form in (whole, whole.tolist()):
            result = FUNCTIONS[name](**arguments(name, dict.fromkeys(CALLS[name], form)))
            assert result.dtype == np.float64
            np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("name", [name for name in CALLS if len(CALLS[name]) == 2])
def test_two_dtypes_give_the_wider_one(name):
    narrow, wide = (np.array(value) for value in CALLS[name].values())
    for pair in ((narrow.astype(np.float32), wide), (narrow, wide.astype(np.float32))):
        assert (
            FUNCTIONS[name](**arguments(name, dict(zip(CALLS[name], pair, strict=True)))).dtype == np.float64
        )


@pytest.mark.parametrize("name", MAPS)
def test_the_temperature_leaves_the_dtype_alone(name):
    for alpha in (1e-300, 0.1, 2, True, np.float64(0.5), np.longdouble(3), np.array(7.0), 1e300):
        for dtype in (np.float16, np.float32, np.float64):
            assert call(name, dtype, alpha=alpha).dtype == dtype


@pytest.mark.parametrize("name", OBJECTIVES)
def test_a_single_entropy_weight_leaves_the_dtype_alone_and_an_array_takes_part(name):
    assert call(name, np.float32, alpha=np.float64(-0.5)).dtype == np.float32
    assert call(name, np.float32, alpha=np.array(2.0)).dtype == np.float32
    assert call(name, np.float32, alpha=np.ones((5, 1, 1))).dtype == np.float64


def spread(array):
    """Return the same values with gaps between them in memory, rows and columns reversed."""
    wide = np.full([3 * side for side in array.shape], np.nan, array.dtype)
    view = wide[tuple(slice(1, None, 3) for _ in array.shape)][::-1, ::-1]
    view[...] = array
    return view


@every_function
def test_order_gaps_and_bytes_in_memory_do_not_matter(name):
    for dtype in DTYPES:
        for layout in (np.asfortranarray, spread, lambda a: a.astype(a.dtype.newbyteorder()), np.ma.array):
            result = call(name, dtype, layout)
            assert type(result) is np.ndarray
            assert result.dtype.isnative
            assert_close(result, call(name, dtype), ulps=4)


@every_function
def test_arguments_are_neither_modified_nor_returned(name):
    for alpha in (1.0, 0.5, 1e300) if name in WITH_ALPHA else (None,):
        extra = {} if alpha is None else {"alpha": alpha}
        arrays = {key: np.array(value) for key, value in CALLS[name].items()}
        for writeable in (False, True):
            for array in arrays.values():
                array.flags.writeable = writeable
            result = FUNCTIONS[name](**arguments(name, arrays, **extra))
            assert result.flags.writeable or result.ndim == 0
            for key, array in arrays.items():
                assert not np.shares_memory(result, array)
                np.testing.assert_array_equal(array, CALLS[name][key])


@every_function
def test_a_result_without_an_axis_is_a_number_of_its_dtype(name):
    for dtype in DTYPES:
        if name in WITH_AXIS:
            vectors = {key: np.array(value[0], dtype) for key, value in CALLS[name].items()}
            result = FUNCTIONS[name](**arguments(name, vectors))
            assert type(result) is (dtype if np.ndim(result) == 0 else np.ndarray)
        else:
            for one in (dtype(0.25), np.array(0.25, dtype)):
                result = FUNCTIONS[name](**arguments(name, dict.fromkeys(CALLS[name], one)))
                assert type(result) is dtype
    if name not in WITH_AXIS:
        assert type(FUNCTIONS[name](**arguments(name, dict.fromkeys(CALLS[name], 1)))) is np.float64


@every_function
def test_a_signature_promises_an_array_where_the_result_is_always_one(name):
    promised = inspect.signature(FUNCTIONS[name]).return_annotation
    one = {key: np.array(value[0]) if name in WITH_AXIS else 0.25 for key, value in CALLS[name].items()}
    assert (promised == Array) == isinstance(FUNCTIONS[name](**arguments(name, one)), np.ndarray)


@every_function
def test_a_batch_may_be_empty(name):
    for shape in ((0, 4), (0, 40), (2, 0, 3, 4)):
        result = FUNCTIONS[name](**arguments(name, dict.fromkeys(CALLS[name], np.empty(shape))))
        assert (result.size, result.dtype) == (0, np.float64)
        uniform = np.full((1, shape[-1]), 1 / shape[-1])
        full = FUNCTIONS[name](**arguments(name, dict.fromkeys(CALLS[name], uniform)))
        assert result.shape == (*shape[:-1], *full.shape[1:])


def rows_for(name, shape, dtype):
    """Return arrays of a shape for a function, neighbours of very different spread and some of them ties."""
    random, arrays = np.random.default_rng(shape), {}
    for key in CALLS[name]:
        spread = 10.0 ** random.integers(-3, 2, size=(*shape[:-1], 1))
        x = np.round(random.normal(size=shape), random.integers(0, 9)) * np.where(
            random.random(spread.shape) < 0.5, 1, spread
        )
        arrays[key] = (x if key in ("x", "v") else softmax_of(x)).astype(dtype)
    return arrays


def softmax_of(x):
    weights = np.exp(x - x.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("d", [1, 2, 3, 7, 8, 9, 24, 32, 33, 100, 129, 1100])
@every_function
def test_a_row_gives_the_same_bits_alone_and_among_others(name, d):
    counts = (2, 3, 40) if d > 24 else (2, 70_000 // d)
    if "jacobian" in name and d > 1000:
        counts = (2, 3)  # a million slopes for each row
    for dtype in (np.float16, np.float32, np.float64):
        for count in counts:
            arrays = rows_for(name, (count, d), dtype)
            batch = FUNCTIONS[name](**arguments(name, arrays))
            nested = FUNCTIONS[name](**arguments(name, {k: a[None, :4] for k, a in arrays.items()}))
            np.testing.assert_array_equal(nested[0], batch[:4])
            for i in np.unique(np.linspace(0, count - 1, 40).astype(int)):
                row = {key: array[i] for key, array in arrays.items()}
                np.testing.assert_array_equal(FUNCTIONS[name](**arguments(name, row)), batch[i])


@pytest.mark.parametrize("name", ["cross_entropy", "fenchel_young_loss", "kl_divergence"])
def test_an_array_that_begins_at_an_odd_byte_gives_the_same_bits(name):
    def odd(array):  # NumPy adds such an array in other portions
        copy = np.ndarray(array.shape, array.dtype, buffer=bytearray(array.nbytes + 1), offset=1)
        copy[...] = array
        return copy

    for count in range(100_000, 100_006):
        arrays = rows_for(name, (1, count), np.float64)
        moved = {key: odd(array) for key, array in arrays.items()}
        assert FUNCTIONS[name](**arguments(name, moved)) == FUNCTIONS[name](**arguments(name, arrays))


@pytest.mark.parametrize("name", [name for name in WITH_AXIS if "jacobian" not in name])
def test_along_the_first_axis_a_row_gives_the_same_but_for_a_few_ulp(name):
    for shape in ((3000, 10), (40, 1000), (5, 30_000)):
        arrays = rows_for(name, shape, np.float64)
        expected = FUNCTIONS[name](**arguments(name, arrays))
        turned = FUNCTIONS[name](**arguments(name, {k: a.T.copy() for k, a in arrays.items()}, axis=0))
        cancels = name.endswith("jvp") or name in ("boltzmann", "mellowmax")
        scale = np.abs(expected).sum(axis=-1).max() if cancels else 1e-292
        assert_close(turned.T, expected, ulps=16, scale=scale)


@pytest.mark.parametrize("name", WITH_AXIS)
def test_any_axis_can_be_the_one_that_counts(name):
    arrays = {key: np.stack([value, value[::-1]]) for key, value in CALLS[name].items()}
    last = FUNCTIONS[name](**arguments(name, arrays))
    a_share_for_each_score = last.shape == next(iter(arrays.values())).shape
    for axis in (0, 1, 2, -2, -3):
        moved = {key: np.moveaxis(value, -1, axis) for key, value in arrays.items()}
        expected = np.moveaxis(last, -1, axis) if a_share_for_each_score else last
        assert_close(FUNCTIONS[name](**arguments(name, moved, axis=axis)), expected, ulps=2)


@pytest.mark.parametrize("axis", [None, (0, 2), (-1, 1), (2,), (2, 0, 1)])
@pytest.mark.parametrize("name", WITH_AXIS)
def test_several_axes_count_as_one(name, axis):
    axes = sorted(a % 3 for a in axis) if axis else [0, 1, 2]
    sides = [side for i, side in enumerate((2, 3, 4)) if i not in axes]
    merged = {}
    for key, rows in rows_for(name, (*sides, 24 // int(np.prod(sides))), np.float64).items():
        merged[key] = rows
    last = FUNCTIONS[name](**arguments(name, merged))

    def parted(rows):
        return np.moveaxis(rows.reshape(*sides, *((2, 3, 4)[a] for a in axes)), range(len(sides), 3), axes)

    result = FUNCTIONS[name](**arguments(name, {k: parted(v) for k, v in merged.items()}, axis=axis))
    expected = parted(last) if last.shape == next(iter(merged.values())).shape else last
    assert_close(result, expected, ulps=4, scale=np.finfo(float).tiny)


@pytest.mark.parametrize("name", WITH_AXIS)
def test_a_number_is_an_array_of_one_option_if_all_axes_count(name):
    one = FUNCTIONS[name](**arguments(name, dict.fromkeys(CALLS[name], 1.0), axis=None))
    vector = FUNCTIONS[name](**arguments(name, {key: [1.0] for key in CALLS[name]}))
    np.testing.assert_array_equal(np.ravel(one), np.ravel(vector))
    assert np.shape(one) == () or "jacobian" in name


@pytest.mark.parametrize("name", [name for name in WITH_AXIS if "keepdims" in parameters(name)])
def test_what_is_reduced_can_keep_its_axes(name):
    for axis in (-1, 0, None, (0, 1)):
        arrays = {key: np.full((4, 4), 1 / 4 if axis in (-1, 0) else 1 / 16) for key in CALLS[name]}
        without = FUNCTIONS[name](**arguments(name, arrays, axis=axis))
        kept = FUNCTIONS[name](**arguments(name, arrays, axis=axis, keepdims=True))
        assert kept.shape == {-1: (4, 1), 0: (1, 4)}.get(axis, (1, 1))
        np.testing.assert_array_equal(kept.reshape(np.shape(without)), without)


@pytest.mark.parametrize("name", [name for name in WITH_AXIS if "where" in parameters(name)])
def test_an_option_that_does_not_take_part_counts_for_nothing(name):
    junk = {key: 99.0 if key == "x" else 0.3 for key in CALLS[name]}
    places = [0, 3, 4] if name != "softargmax" else [4]  # of what is added: positions are counted
    for at in places:
        arrays = {
            key: np.insert(np.array(value), at, junk[key], axis=-1) for key, value in CALLS[name].items()
        }
        if name == "weighted_softmax":
            arrays["prior"] = np.insert(np.array(CALLS[name]["prior"]), at, 0, axis=-1)
        where = np.arange(5) != at
        result, expected = FUNCTIONS[name](**arguments(name, arrays, where=where)), call(name)
        if result.shape == expected.shape:
            assert_close(result, expected, ulps=4)
        else:
            assert_close(result[..., where], expected, ulps=4)
            left_out = -np.inf if name == "log_softmax" else 0
            np.testing.assert_array_equal(result[..., at], left_out)
    turned = {key: value.T for key, value in arrays.items()}
    by_axis = FUNCTIONS[name](**arguments(name, turned, axis=0, where=where[:, None]))
    assert_close(by_axis.T, result, ulps=4)


@pytest.mark.parametrize("name", [name for name in WITH_AXIS if "where" in parameters(name)])
def test_where_nothing_takes_part_shares_are_uniform_and_points_are_refused(name):
    arrays = {key: np.array(value)[0] for key, value in CALLS[name].items()}
    if CALLS[name].keys() & {"w", "p", "y"}:
        with pytest.raises(ValueError, match=r"must sum to 1 along axis -1; got 0\.0"):
            FUNCTIONS[name](**arguments(name, arrays, where=False))
        return
    result = FUNCTIONS[name](**arguments(name, arrays, where=np.zeros(4, bool)))
    expected = FUNCTIONS[name](**arguments(name, {**arrays, "x": np.full(4, -np.inf)}))
    np.testing.assert_array_equal(result, expected)
    if expected.shape == (4,) and name != "weighted_softmax":
        np.testing.assert_array_equal(expected, np.log(0.25) if name == "log_softmax" else 0.25)


@pytest.mark.parametrize("name", [name for name in MAPS if not name.endswith("_jacobian")])
def test_temperatures_that_do_not_fit_the_slices_are_refused(name):
    text = r"^alpha must have one number for each slice, shape \(3,( 4)?\); got shape \((2, )?5,?\)$"
    for alpha in (np.ones(5), np.ones((2, 5))):
        with pytest.raises(ValueError, match=text):
            call(name, alpha=alpha)


@pytest.mark.parametrize("name", MAPS)
def test_each_slice_can_have_its_own_temperature(name):
    alphas = np.array([0.25, 3.0, 1e300])
    one_by_one = [
        FUNCTIONS[name](**arguments(name, {k: v[i] for k, v in CALLS[name].items()}, alpha=float(alpha)))
        for i, alpha in enumerate(alphas)
    ]
    per_slice = alphas if name in WITH_AXIS else alphas[:, None]
    assert_close(call(name, alpha=per_slice), one_by_one, ulps=4)
    row = {key: np.array(value[0]) for key, value in CALLS[name].items()}
    many = FUNCTIONS[name](**arguments(name, row, alpha=per_slice))
    assert many.shape == np.shape(one_by_one)
    assert_close(many[0], one_by_one[0], ulps=4)
    single = {key: value.astype(np.float32) for key, value in row.items()}
    for dtype in (np.float32, np.float64):
        assert FUNCTIONS[name](**arguments(name, single, alpha=np.ones(3, dtype)[:1])).dtype == dtype


@pytest.mark.parametrize("name", [name for name in CALLS if "x" in CALLS[name]])
def test_nan_stays_in_its_own_slice(name):
    for dtype in DTYPES:
        x = np.array(SCORES, dtype)
        x[1, 2] = np.nan
        arrays = {key: x if key == "x" else np.full_like(x, 0.25) for key in CALLS[name]}
        result = FUNCTIONS[name](**arguments(name, arrays))
        assert np.isnan(result[1]).all() if name in WITH_AXIS else np.isnan(result[1, 2])
        assert np.isfinite(np.delete(result, 1, axis=0)).all()


@every_function
def test_nothing_is_signalled_even_where_numpy_is_told_to_raise(name):
    for dtype in DTYPES:
        limits = np.finfo(dtype)
        large, small = limits.max, limits.smallest_subnormal
        x = np.array([[large, -large, 0, 1], [np.inf, -np.inf, np.nan, 1], [-1000, small, -small, 1]], dtype)
        w = np.array([[1, 0, 0, 0], [1, small, 0, 0], [0.25] * 4], dtype)
        for alpha in (1e-300, 1.0, 1e300) if name in WITH_ALPHA else (None,):
            points = iter((w, w[::-1]))
            arrays = {key: x if key == "x" else next(points) for key in CALLS[name]}
            with np.errstate(all="raise"):
                FUNCTIONS[name](**arguments(name, arrays, **({} if alpha is None else {"alpha": alpha})))


@pytest.mark.parametrize("name", ROWS)
def test_nothing_is_signalled_by_a_call_that_fits(name):
    with np.errstate(all="raise"):
        getattr(regsoft, name)(**fitting(name))
    with np.errstate(all="call", call=lambda *_: pytest.fail("a signal")):
        getattr(regsoft, name)(**fitting(name))


@pytest.mark.parametrize("name", ROWS)
def test_what_is_left_out_has_the_default_that_the_documentation_states(name):
    function = getattr(regsoft, name)
    stated = re.findall(r"^(\w+) : .*, default (\S+)$", inspect.getdoc(function), re.MULTILINE)
    optional = [
        key for key, parameter in parameters(name).items() if parameter.default is not parameter.empty
    ]
    assert [parameter for parameter, _ in stated] == optional
    required = {key: FITTING[key] for key in parameters(name) if key not in optional}
    documented = {key: ast.literal_eval(value) for key, value in stated}
    np.testing.assert_array_equal(function(**required), function(**required, **documented))


# The places of a public function: each forgotten one is named in a sentence


imports_everything = pytest.mark.skipif(
    not all(map(find_spec, ("matplotlib", "ipywidgets", "anywidget"))),
    reason="the modules of pictures cannot be imported here",
)


@cache
def named():
    """Return the words of all tests but those that try every function."""
    files = [path for path in HERE.glob("test_*.py") if path.stem.removeprefix("test_") not in ON_ALL]
    return {word for path in files for word in re.findall(r"\w+", path.read_text("utf-8"))}


def mathematics():
    """Return the modules whose functions `regsoft` itself offers."""
    modules = [
        importlib.import_module(f"regsoft.{info.name}") for info in pkgutil.iter_modules(regsoft.__path__)
    ]
    return [module for module in modules if set(getattr(module, "__all__", ())) & set(regsoft.__all__)]


def forgotten():
    """Return what is still to be written for the public functions of the mathematics, a sentence each."""
    lacks = []
    for module in mathematics():
        file = module.__name__.removeprefix("regsoft.")
        own = [f for f in vars(module).values() if inspect.isfunction(f) and f.__module__ == module.__name__]
        for function in (function for function in own if not function.__name__.startswith("_")):
            name = function.__name__
            if name not in module.__all__:
                lacks.append(
                    f'regsoft/{file}.py defines {name} but does not offer it: write "{name}" in its __all__'
                )
                continue
            if name not in ROWS:
                lacks.append(
                    f"{name} has no row in ROWS of tests/regsoft/functions.py: write the shape of its result and "
                    f'what holds for it, "{name}": (same, shares) if it is like softmax'
                )
            for key in inspect.signature(function).parameters:
                if key not in FITTING:
                    lacks.append(NEW_PARAMETER.format(name=name, parameter=key))
            if name not in named():
                lacks.append(
                    f"no test of its own calls {name}: write in tests/regsoft/test_{file}.py what it is known "
                    "for, as test_softmax_of_a_score_and_0_is_sigmoid does for sigmoid, and published values"
                )
    return lacks


@imports_everything
def test_every_public_function_has_its_places():
    lacks = forgotten()
    assert not lacks, "\n".join(lacks)
    assert set(ROWS) == set(regsoft.__all__)


def others():
    """Return what other public modules offer, by its module and name: pictures, sliders, the judge, the hints."""
    found = set()
    for info in pkgutil.iter_modules(regsoft.__path__):
        module = importlib.import_module(f"regsoft.{info.name}")
        if info.name.startswith("_") or set(getattr(module, "__all__", ())) & set(regsoft.__all__):
            continue
        names = getattr(module, "__all__", [name for name in vars(module) if not name.startswith("_")])
        own = (name for name in names if callable(getattr(module, name)))
        found |= {
            (info.name, name) for name in own if getattr(module, name).__module__.startswith(module.__name__)
        }
    return found


@imports_everything
def test_every_other_public_function_or_class_has_a_test_that_names_it():
    lacks = [
        f"no test names {name}: write one in tests/regsoft/test_{module}.py"
        for module, name in sorted(others())
        if name not in named()
    ]
    assert not lacks, "\n".join(lacks)
    assert {("picture", "Picture"), ("widgets", "explore"), ("testing", "check_argmax")} <= others()


def newcomer(x, alpha=1.0, never_seen_before=2.0):
    """A function that somebody has just added."""


@imports_everything
@pytest.mark.parametrize(
    ("places", "sentence"),
    [
        ({"__all__"}, "newcomer has no row in ROWS of tests/regsoft/functions.py"),
        (
            {"__all__", "ROWS"},
            "newcomer has a new parameter, 'never_seen_before': write what fits it in FITTING",
        ),
        (
            {"__all__", "ROWS", "FITTING"},
            "no test of its own calls newcomer: write in tests/regsoft/test_argmax.py",
        ),
        (set(), "regsoft/argmax.py defines newcomer but does not offer it"),
    ],
)
def test_a_forgotten_place_of_a_public_function_is_named(monkeypatch, places, sentence):
    module = importlib.import_module("regsoft.argmax")
    monkeypatch.setattr(newcomer, "__module__", module.__name__)
    monkeypatch.setattr(module, "newcomer", newcomer, raising=False)
    if "__all__" in places:
        monkeypatch.setattr(module, "__all__", [*module.__all__, "newcomer"])
    for place, table, key in (("ROWS", ROWS, "newcomer"), ("FITTING", FITTING, "never_seen_before")):
        if place in places:
            monkeypatch.setitem(table, key, None)
    about = [lack for lack in forgotten() if "newcomer" in lack]
    assert re.match(sentence, about[0])
