r"""Reading the printed formulas: LaTeX is parsed, evaluated with numbers, and spoilt in small ways.

`claims` yields what a formula asserts, given an environment: a dictionary from names to numbers, arrays, functions.
`\alpha` is called `alpha`, `\hat p` `p_hat`, `\bar x` `x_bar`, `w^\star` `w_star`. A subscript is part of the name
where the environment has such a name, `A_1` or `L_Omega`; else it is an index, which counts from 1. The environment
has more:

- `d`, or `size`: how far an index without bounds runs;
- `rtol` and `atol`: how far apart equal sides may be; `near`: for nearly equal ones; `excess`: for bounds;
- `tight`: the place among the inequalities of the one whose sides agree at these values, up to `slack`;
- `bare`: what a formula without a relation is equal to;
- `again`: a function that returns the environment after a change of some letters, for derivatives;
- `w_next`: what an arrow puts in the place of `w`; `oplus`: the operation of that name.

An array may hold many draws along its last axis; the expected value is the mean along it.
"""

import inspect
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, partial
from itertools import permutations, product
from math import comb

import numpy as np
from lark import Lark, Token, Tree

from tools.notebooks import NOTEBOOKS, cells, directive, read, tokens

GRAMMAR = r"""
start: _between* statement (_between+ statement)* _between*
_between: "," | _TEXT
?statement: chain (IMPLIES chain)?
?chain: sum (REL sum)*
?sum: SIGN? term (SIGN term)*
?term: (factor | bars | big) (SLASH? (factor | big))* at?
at: "\\Big|_" "{" NAME "=" sum "}"
big: BIG script* bars?
bars: "|" sum "|"
?factor: atom script+ -> scripted
    | atom
?atom: NAME | NUMBER
    | "{" sum "}"
    | "(" args ")" -> group
    | "[" args "]" -> group
    | "\\{" args (":" args)? "\\}" -> set
    | "[" sum "]_+" -> positive
    | "\\langle" sum "," sum "\\rangle" -> inner
    | "\\lVert" sum "\\rVert" ("_" (NAME | NUMBER))? -> norm
    | _FRAC "{" sum "}" "{" sum "}" -> frac
    | "\\binom" "{" sum "}" "{" sum "}" -> binom
    | "\\begin{cases}" case ("," case)* "\\end{cases}" -> cases
case: "\\case" sum "\\when" chain
args: chain (("," | "\\|") chain)*
?script: "_" (NAME | NUMBER | "{" args (":" args)? "}") -> sub
    | "^" (NAME | NUMBER | SIGN | "{" sum "}") -> sup
    | PRIME

IMPLIES.1: /\\(iff|implies|Longrightarrow)(?![a-z])/
REL.1: /[=<>]|\\(leftarrow|le|ge|ne|approx|propto|in|to|succeq)(?![a-z])/
BIG.1: /\\((arg\\)?(max|min)|sup|inf|lim)(?=_)|\\sum(?![a-z])|\\mathbb\{E\}/
SIGN: "+" | "-" | "\\oplus"
SLASH: "/"
PRIME: /'+/
NUMBER: /\d+(\.\d+)?/
NAME.-1: /\\(hat|bar) ?(\\ell|[a-zA-Z])|\\(operatorname|mathcal|mathbf|mathbb)\{\w+\}|\\lambda_\{\\max\}/
    | /\\[a-zA-Z]+|[a-zA-Z*]/
_FRAC.1: /\\t?frac/
_TEXT.1: /\\text\{[^}]*\}/
LAYOUT.1: /\\(begin|end)\{(aligned|gathered)\}|\\\\|\\[,; ]|\\q?quad|\\[bB]ig[lr]?(?![a-z|])|\{\}|[&.\s]/
    | /\\exists[^:]*:|(?<=\d)\\dots/
%ignore LAYOUT
"""

INDICES = tuple("ijkst")  # the maximum over another letter is one over a continuous set
LIMIT = 1e-7  # how near to its end a limit is evaluated
STEP = 1e-3  # of the differences that stand for derivatives; their error is of its fourth power


# --- reading ---


def equations() -> dict[str, tuple[str, str]]:
    """Return the chapter and the LaTeX of each labelled equation."""
    found = {}
    for path in NOTEBOOKS:
        for token in (token for cell in cells(read(path), "markdown") for token in tokens(cell.source)):
            math = directive(token)
            if math and math.name == "math" and "label" in math.options:
                found[math.options["label"]] = (path.stem, math.body)
            elif "_label" in token.type:
                found[token.info] = (path.stem, token.content)
    return found


def _named(token: Token) -> Token:
    name = re.sub(r"\\(?:operatorname|mathcal|mathbb)\{(\w+)\}", r"\1", token)
    name = re.sub(r"\\(hat|bar) ?\\?(\w+)", r"\2_\1", name)
    name = {r"\mathbf{1}": "ones", r"\lambda_{\max}": "lambda_max"}.get(name, name.lstrip("\\"))
    return token.update(value=name)


PARSER = Lark(GRAMMAR, parser="lalr", lexer_callbacks={"NAME": _named})


def parse(latex: str) -> Tree:
    """Return the tree of a formula, whose children are its statements."""
    latex = re.sub(r"(frac)(\d)(\w)", r"\1{\2}{\3}", latex)
    # a remark at the end of a row does not belong to a chain that goes on in the next
    latex = re.sub(r"\\qquad (\\text\{with \}.*?)(\\\\.*)(\\end)", r"\2\1\3", latex, flags=re.DOTALL)
    if cases := re.search(r"(?<=\\begin\{cases\}).*(?=\\end\{cases\})", latex, flags=re.DOTALL):
        latex = latex.replace(cases[0], re.sub(r"^|\\\\", r"\\case", cases[0]).replace("&", r"\when"))
    return PARSER.parse(latex)


def _is(node, *kinds) -> bool:
    return isinstance(node, Tree) and node.data in kinds


def _parts(node, kind) -> list:
    return node.children if _is(node, kind) else [node]


@cache
def _spelled(node) -> str:
    return node if isinstance(node, Token) else "".join(node.scan_values(lambda _: True))


# --- what a formula asserts ---


def claims(tree: Tree, env: dict) -> Iterator[tuple]:
    """Yield each relation: its left side, its sign, its right side and whether it holds.

    An implication is taken for an equivalence, since a fault that makes its premise false would not be noticed.
    """
    place, env = 0, dict(env)
    env["O"] = partial(_remainder, env)
    for statement in tree.children:
        if _is(statement, "statement"):
            left, sign, right = statement.children
            left, right = np.all(value(left, env)), np.all(value(right, env))
            yield left, sign, right, left == right
        elif _is(statement, "chain"):
            for left, sign, right, holds in _relations(statement, env):
                if sign in ("\\le", "\\ge", "<", ">"):
                    holds &= place != env.get("tight") or np.isclose(left, right, rtol=env.get("slack", 1e-6))
                    place += 1
                yield left, sign, right, bool(np.all(holds))
        else:
            found = value(statement, env)
            expected = env.get("bare", found)
            yield found, "=", expected, bool(np.all(_equal(found, expected, env)))


def _remainder(env, size):
    """O(size) is 0, and the sides may differ by a few times the size."""
    env.update(rtol=0, atol=10 * size)
    return 0.0 if size < 1e-3 else np.nan


def _relations(chain, env):
    left, *others = chain.children
    left = env[f"{left}_next"] if others[0] == "\\leftarrow" else value(left, env)
    for sign, side in zip(others[::2], others[1::2], strict=True):
        right = value(side, env)
        yield left, sign, right, RELATIONS[sign](left, right, env)
        left = right


def _equal(left, right, env):
    if isinstance(left, tuple) or isinstance(right, tuple):
        return all(np.all(_equal(a, b, env)) for a, b in zip(left, right, strict=True))
    return np.isclose(left, right, rtol=env["rtol"], atol=env["atol"])


RELATIONS = {
    "=": _equal,
    "\\leftarrow": _equal,
    "\\approx": lambda left, right, env: np.isclose(left, right, rtol=env["near"], atol=0),
    "\\propto": lambda left, right, env: _equal(left / left.sum(), right / right.sum(), env),
    "\\ne": lambda left, right, _: left != right,
    "\\le": lambda left, right, env: left <= right + env["excess"] * np.abs(right),
    "\\ge": lambda left, right, env: left >= right - env["excess"] * np.abs(right),
    "<": lambda left, right, _: left < right,
    ">": lambda left, right, _: left > right,
    "\\succeq": lambda left, right, _: np.linalg.eigvalsh(left - right) >= -1e-9,
}


# --- values ---


def value(node, env):
    """Return the number, array, truth value or function that a part of a formula stands for."""
    if isinstance(node, Token):
        return float(node) if node.type == "NUMBER" else _letter(node, [], env)
    match node.data, node.children:
        case "chain", _:
            return np.logical_and.reduce([holds for *_, holds in _relations(node, env)])
        case "sum", terms:
            return _sum(terms, env)
        case "term" | "big", _:
            return _product(_parts(node, "term"), env)
        case "scripted", [Token(type="NAME") as name, *scripts]:
            return _letter(name, scripts, env)
        case "scripted", [base, *scripts]:
            return _raised(value(base, env), scripts, env)
        case "set", [Tree(children=[name]), conditions] if name in INDICES:
            return np.array([at[name] for at in _counted([name, conditions], None, env)])
        case "set", [_, conditions]:
            return all(map(np.all, _values(conditions, env)))
        case "group" | "set", [args]:
            return value(args, env)
        case "args", parts:
            return _tuple(_values(node, env), "dots" in parts)
        case "positive", [inside]:
            return np.maximum(value(inside, env), 0)
        case "bars", [inside]:
            return np.abs(value(inside, env))
        case "norm", [inside, *order]:
            return np.linalg.norm(value(inside, env), *(value(one, env) for one in order))
        case "inner", [left, right]:
            return (value(left, env) * value(right, env)).sum(axis=0)
        case "frac", _ if _is_rate(node):
            return _rate(node, [], env)[0]
        case "frac", [above, below]:
            return value(above, env) / value(below, env)
        case "binom", [above, below]:
            return comb(round(value(above, env)), round(value(below, env)))
        case "cases", cases:
            (result,) = (case.children[0] for case in cases if value(case.children[1], env))
            return value(result, env)


def _values(args, env):
    return [value(arg, env) for arg in args.children if arg != "dots"]


def _tuple(parts, dots):
    if dots:
        return np.arange(parts[0], parts[-1] + 1, parts[1] - parts[0])
    if len(parts) == 1:
        return parts[0]
    return np.array(parts) if len({np.shape(part) for part in parts}) == 1 else tuple(parts)


def _letter(name, scripts, env):
    """A letter; a star, a prime and a subscript may be part of its name."""
    if not scripts:
        return _meaning(name, env)
    for script, suffix in (("*", "_star"), ("star", "_star"), ("'", "_prime")):
        found = [one for one in scripts if _spelled(one) == script]
        if found and name + suffix in env:
            name, scripts = name + suffix, [one for one in scripts if one is not found[0]]
    if scripts and _is(scripts[0], "sub"):
        sub = scripts[0].children[0]
        if f"{name}_{_spelled(sub)}" in env:
            return _raised(env[f"{name}_{_spelled(sub)}"], scripts[1:], env)
        if callable(env.get(name)):
            return _raised(env[name](value(sub, env)), scripts[1:], env)
        if f"{name}_{_places(sub, env)[0]}" in env:
            return _raised(env[f"{name}_{_places(sub, env)[0]}"], scripts[1:], env)
    return _raised(_meaning(name, env), scripts, env)


def _meaning(name, env):
    if name not in env:
        raise LookupError(
            f"{name!r} is a letter without a value, or a command that this parser does not know: give it a value "
            "in the function of the formula's row in tests/book/test_formulas.py, or write the formula without it"
        )
    return env[name]


def _places(sub, env):
    """The places that a subscript names: `i`, `t+1,i`, `ij`, `i y_i`."""
    places = []
    for part in _parts(sub, "args"):
        items = _parts(part, "term")
        while items:
            place, items = _applied(items, env)
            places.append(place if place is ... else round(place))
    return places


def _entry(array, places):
    if any(place is not ... and place < 1 for place in places):
        raise IndexError(f"places count from 1: {places}")
    return array[tuple(place if place is ... else place - 1 for place in places)]


def _raised(base, scripts, env):
    """A derivative, an entry, a transpose, a member x^{(k)} of a sequence, an inverse or a power."""
    for script in scripts:
        if isinstance(script, Token):
            base = partial(_rate_at, base, len(script))
            continue
        content = script.children[0]
        if script.data == "sub":
            base = _entry(base, _places(content, env))
        elif content == "top":
            base = base.T if np.ndim(base) == 2 else base[None, :]
        elif _is(content, "group"):
            base = _entry(base, [round(value(content, env))])
        elif np.ndim(base) == 2:
            base = np.linalg.matrix_power(base, round(value(content, env)))
        else:
            base = np.float64(base) ** value(content, env)
    return base


def _sum(terms, env):
    first = _parts(terms[0], "term")
    if _is_search(first[0]):  # this ranges over all terms, while a sum ranges to the next sign
        return _searched(first[0], first[1:], terms[1:], env)
    total, sign = None, None
    for term in terms:
        if isinstance(term, Token) and term.type == "SIGN":
            sign = term
        elif sign == "\\oplus":
            total = env["oplus"](total, value(term, env))
        else:
            part = -value(term, env) if sign == "-" else value(term, env)
            total = part if total is None else total + part
    return total


def _product(items, env):
    if _is(items[-1], "at"):
        name, number = items[-1].children
        items, env = items[:-1], env["again"](**{name: value(number, env)})
    result, items = _applied(items, env)
    while items:
        divided = items[0] == "/"
        factor, items = _applied(items[divided:], env)
        result = result / factor if divided else _times(result, factor)
    return result


def _times(left, right):
    """A product of matrices, of a column and a row, or entry by entry."""
    if np.ndim(left) == 2 and np.ndim(right):
        return (left @ right)[0] if len(left) == np.ndim(right) == 1 else left @ right
    return left[:, None] * right if np.ndim(left) == 1 and np.ndim(right) == 2 else left * right


def _applied(items, env):
    """The value of the first of some factors, applied to the next if it is a function, and the factors left."""
    head, *rest = items
    if _is(head, "big"):
        return _gathered(head, rest, env), []
    if _spelled(head).startswith("nabla"):
        return _gradient(head, rest, env)
    if _is_rate(head):
        return _rate(head, rest, env)
    f = value(head, env)
    if not callable(f) or not rest:
        return f, rest
    group, *scripts = _parts(rest[0], "scripted")
    if _is(group, "group", "set"):
        args = _values(group.children[0], env) if len(group.children) == 1 else [value(group, env)]
        return _raised(f(*args), scripts, env), rest[1:]
    argument, rest = _applied(rest, env)
    return f(argument), rest


# --- sums, maxima, limits and means ---


def _bounds(big):
    """What stands below an operator, what above, and the bars that follow it."""
    below, above, bars = ([one for one in big.children if _is(one, kind)] for kind in ("sub", "sup", "bars"))
    return below[0].children if below else [], above[0].children[0] if above else None, bars


def _is_search(node) -> bool:
    if not _is(node, "big") or node.children[0] in ("\\sum", "\\lim", "\\mathbb{E}"):
        return False
    return not _spelled(_bounds(node)[0][0]).startswith(INDICES)


def _gathered(big, rest, env):
    operator, (below, above, bars) = big.children[0], _bounds(big)
    items = [*bars, *rest]
    if _is_search(big):
        return _searched(big, rest, [], env)
    if operator == "\\mathbb{E}":
        return np.mean(_product(items, env), axis=-1)
    if operator == "\\lim":
        name, _, end = below[0].children[0].children
        side = -1 if "-" in _spelled(end) else 1
        return _product(items, {**env, name: value(_parts(end, "scripted")[0], env) + side * LIMIT})
    values = np.array([_product(items, at) for at in _counted(below, above, env)])
    if operator == "\\sum":
        return values.sum(axis=0)
    if operator.startswith("\\arg"):
        return getattr(values, operator.replace("\\", ""))(axis=0) + 1
    return values.max(axis=0) if operator == "\\max" else values.min(axis=0)


def _counted(below, above, env):
    """Yield the environment for each place of an index: `i=1`, `i`, `i,j`, `i : y_i = j`, `j \\ne k`."""
    first, *conditions = below
    names, places = _parts(first, "args"), range(1, env.get("size", env["d"]) + 1)
    if _is(names[0], "chain"):
        name, relation, bound = names[0].children
        if relation == "=":
            places = range(round(value(bound, env)), round(value(above, env)) + 1)
        elif relation == "\\in":
            places = value(bound, env)
        else:
            conditions = names
        names = [name]
    for chosen in product(places, repeat=len(names)):
        at = {**env, **dict(zip(names, chosen, strict=True))}
        if all(np.all(value(condition, at)) for condition in conditions):
            yield at


def _searched(big, rest, terms, env):
    """The largest or smallest value over the simplex, an interval or all vectors, or the place of that value."""
    operator, (below, _, bars) = big.children[0], _bounds(big)
    operand = Tree("sum", [Tree("term", [*bars, *rest]), *terms])
    name, *domain = _parts(_parts(below[0], "args")[0], "chain")
    name, sign = _parts(name, "scripted")[0], -1 if operator.endswith(("min", "inf")) else 1
    low, high = value(domain[1], env) if domain and _is(domain[1], "group") else (0.0, 1.0)
    if domain and domain[1] == "S":
        corners = np.eye(env["d"])
        starts, steps = [corners.mean(axis=0)], [a - b for a, b in permutations(corners, 2)]
    elif np.ndim(env[name]) == 0:
        starts, steps = [low, high], [1.0, -1.0]
    else:
        starts, steps = [0 * env[name]], [*np.eye(len(env[name])), *-np.eye(len(env[name]))]
        low, high = -np.inf, np.inf

    def f(place):
        return sign * value(operand, {**env, name: place})

    heights, places = zip(*(_climbed(f, start, steps, low, high) for start in starts), strict=True)
    if not operator.startswith("\\arg"):
        return sign * max(heights)
    best = [place for height, place in zip(heights, places, strict=True) if height >= max(heights) - 1e-9]
    return best[0] if np.ptp(best, axis=0).max() < 1e-3 else np.array(best)


def _climbed(f, place, steps, low, high):
    """The height and the place of a top: take steps that lead upwards, and shorter ones where there are none."""
    height, length = f(place), 0.25
    while 1e-7 < length < 1e7:
        for step in steps:
            room = np.min(np.where(step > 0, high - place, place - low), where=step != 0, initial=length)
            if room and (found := f(place + room * step)) > height:
                height, place, length = found, place + room * step, 2 * length
                break
        else:
            length /= 2
    return height, place


# --- derivatives ---


def _rate_at(f, order, at=0.0):
    near, far = [f(at - STEP), f(at + STEP)], [f(at - 2 * STEP), f(at + 2 * STEP)]
    if order == 1:
        return (8 * (near[1] - near[0]) - (far[1] - far[0])) / (12 * STEP)
    if order == 2:
        return (16 * (near[0] + near[1]) - (far[0] + far[1]) - 30 * f(at)) / (12 * STEP**2)
    raise ValueError(f"a derivative of order {order}")


def slope(f, at):
    """Return the partial derivatives of a function of an array."""
    axes = np.eye(np.size(at)).reshape(-1, *np.shape(at))
    rates = [_rate_at(lambda step, axis=axis: f(at + step * axis), 1) for axis in axes]
    return np.reshape(rates, np.shape(at) + np.shape(rates[0]))


def _gradient(nabla, rest, env):
    r"""The gradient `\nabla_x` of all that follows; `\nabla` and `\nabla^2` of a function at its first argument."""
    _, *scripts = _parts(nabla, "scripted")
    if scripts and scripts[0].data == "sub":
        letter = scripts[0].children[0]
        return slope(lambda at: _product(rest, env["again"](**{letter: at})), env[letter]), []
    f, (at, *others) = value(rest[0], env), _values(rest[1].children[0], env)
    gradient = partial(slope, lambda moved: f(moved, *others))
    if scripts and _spelled(scripts[0]) != "2":
        raise ValueError(f"a gradient of order {_spelled(scripts[0])}")
    return slope(gradient, at) if scripts else gradient(at), rest[2:]


def _is_rate(node) -> bool:
    if not _is(node, "frac") or not _is(node.children[1], "term"):
        return False
    above, below = (_parts(_parts(part, "term")[0], "scripted")[0] for part in node.children)
    return above == below and above in ("d", "partial")


def _rate(frac, rest, env):
    r"""The derivative of what stands beside `\frac{d}{dx}` or above `\partial x_i`, and the factors left."""
    above, below = (_parts(part, "term") for part in frac.children)
    letter, *scripts = _parts(below[1], "scripted")
    powers = [one for one in (*_parts(above[0], "scripted"), *scripts) if _is(one, "sup")]
    order = float(*{_spelled(power) for power in powers} or "1")  # the same above and below
    places = [_places(script.children[0], env)[0] - 1 for script in scripts if script.data == "sub"]
    direction = np.eye(np.size(env[letter]))[places[0]] if places else 1.0

    def f(step):
        moved = env["again"](**{letter: env[letter] + step * direction})
        found = _product(above[1:] or rest, moved)
        if callable(found):  # a function named without its arguments
            return found(*(moved[name] for name in inspect.signature(found).parameters))
        return found

    return _rate_at(f, order), rest if above[1:] else []


# --- faults ---

EXCHANGED = {"+": "-", "-": "+", "<": ">", ">": "<", "/": "\\,", "\\le": "\\ge", "\\ge": "\\le"}
EXCHANGED |= {"\\max": "\\min", "\\min": "\\max", "\\sup": "\\inf", "\\inf": "\\sup"}
FAULTY = re.compile(
    r"[-+<>/]|\\(?:le|ge|max|min|sup|inf|t?frac(?=\{))(?![a-z])"
    r"|(?<=frac)\d|(?<=frac\d)\d|(?<![a-z\d.])(?<!mathbf\{)\d+"
)


def faults(latex: str) -> Iterator[tuple[str, str]]:
    """Yield what is changed, a sign, relation, extremum, quotient or number, and the formula with that fault.

    The change `- 2` is one of the second minus.
    """
    counts = Counter()
    for match in FAULTY.finditer(latex):
        old, (start, end) = match[0], match.span()
        counts[old] += 1
        if old in EXCHANGED:
            new = EXCHANGED[old]
        elif old.isdigit():
            new = str(int(old) + 1)
        else:
            middle = _closing(latex, end)
            start, end = end, _closing(latex, middle)
            new = latex[middle:end] + latex[start:middle]
        yield f"{old} {counts[old]}", latex[:start] + new + latex[end:]


def _closing(latex, start):
    """The place behind the brace that closes the first one from a place on."""
    depth = 0
    for match in re.compile(r"(?<!\\)[{}]").finditer(latex, start):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.end()
    raise ValueError(latex)
