"""Submissions to problem set 4: five solutions written independently, and disguises of a copied one."""

import ast

# {student: {answer cell: code}}. Each was written from the statement alone, in a style of its own.
INDEPENDENT = {
    "ida": {
        "student": 'student = "ida"',
        "q1": """totals = np.arange(3) / 2 + own_numbers("ps4", student, 3, 0.0, 0.4)
print("total losses:", totals)
alpha = 0.5
expo = np.exp(-(totals - totals.min()) / alpha)
weights = expo / np.sum(expo)
# the first expert loses one more
new_totals = totals + np.array([1, 0, 0])
expo2 = np.exp(-(new_totals - new_totals.min()) / alpha)
after = expo2 / np.sum(expo2)""",
        "q2-leader": '''def follow_the_leader(losses):
    """Return the weights played in each round, a table of the shape of losses."""
    losses = np.array(losses, dtype=float)
    T, d = losses.shape
    result = np.zeros((T, d))
    total = np.zeros(d)
    for t in range(T):
        best = total.min()
        is_leader = np.abs(total - best) < 1e-9
        result[t, is_leader] = 1 / is_leader.sum()
        total = total + losses[t]
    return result''',
        "q2-regret": '''def my_regret(losses, weights):
    """Return the total loss of the weights minus that of the best expert, one number."""
    mine = 0.0
    for loss, w in zip(losses, weights):
        mine += np.dot(loss, w)
    return mine - np.min(np.sum(losses, axis=0))''',
        "q3": '''def losses_that_fool(rounds, d):
    """Return losses of shape (rounds, d) in [0, 1] that ruin follow-the-leader, for d >= 2."""
    table = np.zeros((rounds, d))
    for i in range(d):
        table[0, i] = 0.9 * i / d
    running = table[0].copy()
    for t in range(1, rounds):
        target = int(np.argmin(running))
        table[t, target] = 1.0
        running[target] = running[target] + 1.0
    return table''',
        "q4": '''def my_hedge(losses, alpha):
    """Return the weights played in each round, a table of the shape of losses; alpha > 0."""
    losses = np.array(losses, dtype=float)
    T, d = losses.shape
    out = np.empty((T, d))
    total = np.zeros(d)
    for t in range(T):
        e = np.exp(-(total - total.min()) / alpha)
        out[t] = e / e.sum()
        total += losses[t]
    return out''',
        "q5": '''def tuned(rounds, d):
    """Return (alpha, bound): the temperature with the smallest bound on the regret, and the bound there."""
    a = np.sqrt(rounds / (8 * np.log(d)))
    return a, a * np.log(d) + rounds / (8 * a)''',
    },
    "jon": {
        "student": "student = 'jon'",
        "q1": """totals = np.arange(3) / 2 + own_numbers("ps4", student, 3, 0.0, 0.4)
print("total losses:", totals)
def softmin(v):
    u = np.exp(-v / 0.5)
    return u / u.sum()
weights = softmin(totals)
after = softmin(totals + [1, 0, 0])""",
        "q2-leader": '''def follow_the_leader(losses):
    """Return the weights played in each round, a table of the shape of losses."""
    cum = np.cumsum(losses, axis=0)
    prev = np.vstack([np.zeros(cum.shape[1]), cum[:-1]])
    lead = (prev - prev.min(axis=1)[:, None]) < 1e-8
    return lead / lead.sum(axis=1)[:, None]''',
        "q2-regret": '''def my_regret(losses, weights):
    """Return the total loss of the weights minus that of the best expert, one number."""
    losses = np.asarray(losses)
    return (losses * weights).sum() - losses.sum(0).min()''',
        "q3": '''def losses_that_fool(rounds, d):
    """Return losses of shape (rounds, d) in [0, 1] that ruin follow-the-leader, for d >= 2."""
    L = np.zeros((rounds, d))
    L[0] = np.linspace(0, 0.5, d)
    # after the first round the leader goes round: 0, 1, ..., d-1, 0, 1, ...
    L[np.arange(1, rounds), (np.arange(1, rounds) - 1) % d] = 1
    return L''',
        "q4": '''def my_hedge(losses, alpha):
    """Return the weights played in each round, a table of the shape of losses; alpha > 0."""
    cum = np.cumsum(losses, axis=0)
    prev = np.vstack([np.zeros(cum.shape[1]), cum[:-1]])
    z = -prev / alpha
    z -= z.max(axis=1)[:, None]
    w = np.exp(z)
    return w / w.sum(axis=1)[:, None]''',
        "q5": '''def tuned(rounds, d):
    """Return (alpha, bound): the temperature with the smallest bound on the regret, and the bound there."""
    best = (rounds / 8 / np.log(d)) ** 0.5
    return best, 2 * best * np.log(d)''',
    },
    "kai": {
        "student": 'student = "kai"',
        "q1": """totals = np.arange(3) / 2 + own_numbers("ps4", student, 3, 0.0, 0.4)
print("total losses:", totals)
weights = np.exp(-2 * totals)
weights /= weights.sum()
after = weights.copy()
after[0] *= np.exp(-2)
after /= after.sum()""",
        "q2-leader": '''def follow_the_leader(losses):
    """Return the weights played in each round, a table of the shape of losses."""
    losses = np.asarray(losses, float)
    rows = []
    for t in range(len(losses)):
        past = losses[:t].sum(axis=0)
        tied = np.isclose(past, past.min())
        rows.append(tied / np.count_nonzero(tied))
    return np.array(rows)''',
        "q2-regret": '''def my_regret(losses, weights):
    """Return the total loss of the weights minus that of the best expert, one number."""
    player = np.einsum("td,td->", np.asarray(losses, float), np.asarray(weights, float))
    experts = np.asarray(losses, float).sum(axis=0)
    return player - min(experts)''',
        "q3": '''def losses_that_fool(rounds, d):
    """Return losses of shape (rounds, d) in [0, 1] that ruin follow-the-leader, for d >= 2."""
    losses = [np.arange(d) / (d + 1)]
    while len(losses) < rounds:
        row = np.zeros(d)
        row[np.sum(losses, axis=0).argmin()] = 1
        losses.append(row)
    return np.array(losses)''',
        "q4": '''def my_hedge(losses, alpha):
    """Return the weights played in each round, a table of the shape of losses; alpha > 0."""
    losses = np.asarray(losses, float)
    past = np.zeros_like(losses)
    past[1:] = losses[:-1].cumsum(axis=0)
    gap = past - past.min(axis=1, keepdims=True)
    power = np.exp(-gap / alpha)
    return power / power.sum(axis=1, keepdims=True)''',
        "q5": '''def tuned(rounds, d):
    """Return (alpha, bound): the temperature with the smallest bound on the regret, and the bound there."""
    log = np.log(d)
    return np.sqrt(rounds / 8 / log), np.sqrt(rounds * log / 2)''',
    },
    "lea": {
        "student": 'student = "lea"',
        "q1": """totals = np.arange(3) / 2 + own_numbers("ps4", student, 3, 0.0, 0.4)
print("total losses:", totals)
powers = [np.exp(-t / 0.5) for t in totals]
weights = np.array([p / sum(powers) for p in powers])
powers[0] = powers[0] * np.exp(-1 / 0.5)  # one more loss
after = np.array([p / sum(powers) for p in powers])""",
        "q2-leader": '''def follow_the_leader(losses):
    """Return the weights played in each round, a table of the shape of losses."""
    n_rounds = len(losses)
    n_experts = len(losses[0])
    sums = [0.0] * n_experts
    table = []
    for row in losses:
        smallest = min(sums)
        winners = [i for i in range(n_experts) if sums[i] - smallest < 1e-10]
        table.append([1 / len(winners) if i in winners else 0.0 for i in range(n_experts)])
        sums = [s + x for s, x in zip(sums, row)]
    return np.array(table)''',
        "q2-regret": '''def my_regret(losses, weights):
    """Return the total loss of the weights minus that of the best expert, one number."""
    total = sum(float(np.dot(losses[t], weights[t])) for t in range(len(losses)))
    best = min(sum(row[i] for row in losses) for i in range(len(losses[0])))
    return total - best''',
        "q3": '''def losses_that_fool(rounds, d):
    """Return losses of shape (rounds, d) in [0, 1] that ruin follow-the-leader, for d >= 2."""
    losses = np.zeros((rounds, d))
    losses[0, :] = [0.5 * k / d for k in range(d)]
    for t in range(1, rounds):
        played = follow_the_leader(losses[: t + 1])[t]
        losses[t, played.argmax()] = 1
    return losses''',
        "q4": '''def my_hedge(losses, alpha):
    """Return the weights played in each round, a table of the shape of losses; alpha > 0."""
    sums = np.zeros(len(losses[0]))
    table = []
    for row in np.asarray(losses):
        p = np.exp((np.min(sums) - sums) / alpha)
        table.append(p / np.sum(p))
        sums = sums + row
    return np.array(table)''',
        "q5": '''def tuned(rounds, d):
    """Return (alpha, bound): the temperature with the smallest bound on the regret, and the bound there."""
    bound = lambda alpha: alpha * np.log(d) + rounds / (8 * alpha)
    alpha = np.sqrt(rounds) / np.sqrt(8 * np.log(d))
    return alpha, bound(alpha)''',
    },
    "max": {
        "student": 'student = "max"',
        "q1": """totals = np.arange(3) / 2 + own_numbers("ps4", student, 3, 0.0, 0.4)
print("total losses:", totals)
scores = -totals / 0.5
weights = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
scores[0] -= 2
after = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()""",
        "q2-leader": '''def follow_the_leader(losses):
    """Return the weights played in each round, a table of the shape of losses."""
    losses = np.asarray(losses, dtype=float)
    history = np.concatenate([np.zeros((1, losses.shape[1])), losses[:-1]]).cumsum(axis=0)
    history = np.round(history, 8)
    mask = history == np.amin(history, axis=1, keepdims=True)
    return mask.astype(float) / np.sum(mask, axis=1, keepdims=True)''',
        "q2-regret": '''def my_regret(losses, weights):
    """Return the total loss of the weights minus that of the best expert, one number."""
    cost = np.sum(np.asarray(losses) * np.asarray(weights))
    return cost - np.asarray(losses).sum(axis=0).min()''',
        "q3": '''def losses_that_fool(rounds, d):
    """Return losses of shape (rounds, d) in [0, 1] that ruin follow-the-leader, for d >= 2."""
    out = np.zeros((rounds, d))
    out[0] = np.array(range(d)) * (1 / (2 * d))
    for t in range(1, rounds):
        before = out[:t].sum(axis=0)
        out[t][before == before.min()] = 1
    return out''',
        "q4": '''def my_hedge(losses, alpha):
    """Return the weights played in each round, a table of the shape of losses; alpha > 0."""
    losses = np.asarray(losses, dtype=float)
    history = np.concatenate([np.zeros((1, losses.shape[1])), losses[:-1]]).cumsum(axis=0)
    s = -history / alpha
    s = s - np.amax(s, axis=1, keepdims=True)
    return np.exp(s) / np.sum(np.exp(s), axis=1, keepdims=True)''',
        "q5": '''def tuned(rounds, d):
    """Return (alpha, bound): the temperature with the smallest bound on the regret, and the bound there."""
    x = rounds / (8.0 * np.log(d))
    return x**0.5, np.log(d) * x**0.5 + rounds / 8.0 / x**0.5''',
    },
}
PROOFS = {
    "ida": "A hard player plays one expert, whom I know before I choose. I let that one lose 1 and nobody else. "
    "The player then loses T. The losses of all experts together are T, so one of them has at most T/d.",
    "jon": "Construct the losses one after the other. Since the rule is deterministic, the choice of round t "
    "follows from what came earlier; hit it. Total T for the player. By pigeonhole some expert was hit no more "
    "than T/d times. Hedge is different because it never puts everything on one expert: hitting an expert with "
    "weight w costs only w, and for equal weights that is a d-th of what the hard player pays in the same round.",
}
HANDED_OUT = {"student", "totals", "weights", "after"}  # what the questions call by name


def renamed(answers: dict[str, str], student: str) -> dict[str, str]:
    """Return answers with other names for all variables, other docstrings, no comments and other spacing."""
    found = {}
    for cell, code in answers.items():
        tree = ast.parse(code)
        stored = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        arguments = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
        names = {name: f"my_{k}" for k, name in enumerate(sorted(stored - arguments - HANDED_OUT))}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                node.id = names.get(node.id, node.id)
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
                node.body[0].value.value = "In my own words."
        found[cell] = ast.unparse(tree)
    return found | {"student": f'student = "{student}"'}


def moved(answers: dict[str, str], student: str) -> dict[str, str]:
    """Return answers in one cell, the last question first; what the others asked for is done there."""
    last_first = [answers[cell] for cell in reversed(answers) if cell != "student"]
    return {"student": "\n\n".join([f'student = "{student}"', *last_first])}
