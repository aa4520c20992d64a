"""Hints for problem set 5, what people ask: what `check` says while students work. It decides no marks."""

import numpy as np

from regsoft.check import checks, expect, fixed, near, numbers, shown


def two_words_are_left(scores, shares, lost):
    """Two positive shares are left, and they add up to 1

    Hint: what is kept is divided by the sum of what is kept.
    """
    u = numbers(shares, "shares", (4,))
    expect((u[:2] > 0).all() and (u[2:] == 0).all(), f"shares is {shown(u)}")
    expect(near(u.sum(), 1, 1e-6), f"shares is {shown(u)}, with the sum {u.sum():.6g}")


def the_ratio_of_the_two_is_kept(scores, shares, lost):
    """The logarithm of their ratio, times the temperature, is the gap of their scores

    Hint: a cut divides both by the same number. The temperature is 2.
    """
    x, u = numbers(scores, "scores", (4,)), numbers(shares, "shares", (4,))
    expect((u[:2] > 0).all(), f"shares is {shown(u)}")
    got, wanted = 2 * np.log(u[0] / u[1]), x[0] - x[1]
    expect(near(got, wanted, 1e-3), f"it is {got:.4g}, not {wanted:.4g}")


def the_four_had_one(scores, shares, lost):
    """Before the cut the shares of the four words added up to 1

    Hint: the two words had 1 - lost before the cut. How large was the share of each other word, compared with
    theirs?
    """
    x, u = numbers(scores, "scores", (4,)), numbers(shares, "shares", (4,))
    lost = numbers(lost, "lost", ())
    expect(0 < lost < 0.5, f"two words were cut that had less than the other two; lost is {lost:.4g}")
    had = (1 - lost) * u[0] * np.exp((x - x[0]) / 2)
    expect(near(had.sum(), 1, 1e-3), f"with your numbers they added up to {had.sum():.4g}")


def as_few_as_sum_to_p(top_p):
    """The shares 1/8, 1/2, 1/8, 1/4 keep two words at p = 0.7 and three at p = 0.8

    Hint: the word with which the sum reaches p stays.
    """
    scores = fixed(np.log([1, 4, 1, 2]))
    for p, wanted in ((0.7, [0, 4 / 6, 0, 2 / 6]), (0.8, [1 / 7, 4 / 7, 0, 2 / 7])):
        u = numbers(top_p(scores, 1.0, p), "the result", (4,))
        expect(near(u, wanted), f"at p = {p} you return {shown(u)}")


def top_p_sees_the_temperature(top_p):
    """At temperature 1/2 the shares 1/2, 1/4, 1/4 become 4/6, 1/6, 1/6, and p = 0.6 keeps one

    Hint: divide the scores by the temperature before you add up shares.
    """
    u = numbers(top_p(fixed(np.log([2, 1, 1])), 0.5, 0.6), "the result", (3,))
    expect(near(u, [1, 0, 0]), f"you return {shown(u)}")


def of_equals_the_first_stay(top_p):
    """Of four equal words p = 0.4 keeps the first two

    Hint: np.argsort(..., kind="stable") leaves equal entries in their order. Does reversing the result also keep
    their order?
    """
    u = numbers(top_p(fixed(1, 1, 1, 1), 1.0, 0.4), "the result", (4,))
    expect(near(u, [0.5, 0.5, 0, 0]), f"you return {shown(u)}")


def top_p_of_large_scores(top_p):
    """Scores of thousands do not overflow

    Hint: shares depend only on gaps. Which number can you take from every score?
    """
    u = numbers(top_p(fixed(3000, 3000 + np.log(3), 2000), 1.0, 0.9), "the result", (3,))
    expect(near(u, [0.25, 0.75, 0], 1e-6), f"the scores (3000, 3000 + log 3, 2000) got {shown(u)}")


def the_reach_with_the_temperature_first(min_p):
    """With the temperature first, alpha = 2 and p = 1/2, a word 1.3 behind the best stays and 1.5 behind goes

    Hint: the ratio of two shares is an exponential of their gap over alpha. When is it at least p?
    """
    u = numbers(min_p(fixed(0, 1.5, 0.2), 2.0, 0.5, True), "the result", (3,))
    expect(((u > 0) == [False, True, True]).all(), f"the scores (0, 1.5, 0.2) got {shown(u)}")


def the_reach_with_the_temperature_last(min_p):
    """With the temperature last and p = 1/2, a word 0.6 behind the best stays and 0.8 behind goes, at any alpha

    Hint: which temperature does the cut see, if the temperature of the program acts after it?
    """
    for alpha in (0.5, 2.0):
        u = numbers(min_p(fixed(0, 0.8, 0.2), alpha, 0.5, False), "the result", (3,))
        got = f"at alpha = {alpha} the scores (0, 0.8, 0.2) got {shown(u)}"
        expect(((u > 0) == [False, True, True]).all(), got)


def the_words_that_stay_feel_the_temperature(min_p):
    """In both orders, a kept word alpha log 2 behind the best has half its share, even with scores of thousands

    Hint: the cut says who stays. The shares of the words that stay are softmax at alpha over these words alone, in
    both programs.
    """
    for first in (True, False):
        for alpha in (0.5, 2.0):
            scores = fixed(3000, 3000 + alpha * np.log(2), 2900)
            u = numbers(min_p(scores, alpha, 0.1, first), "the result", (3,))
            expect(near(u, [1 / 3, 2 / 3, 0], 1e-6), f"alpha = {alpha}, first = {first}: {shown(u)}")


def sure_and_right(my_ece):
    """A classifier that is always sure and always right has an error of 0; one that is sure and always wrong has 1

    Hint: the confidence is 1, which belongs to the last interval. The accuracy is 1, or 0.
    """
    for labels, wanted in ((np.array([0, 1, 0]), 0.0), (np.array([1, 0, 1]), 1.0)):
        error = numbers(my_ece(fixed([1, 0], [0, 1], [1, 0]), labels), "the result", ())
        expect(near(error, wanted), f"the labels {labels}: you return {error:.6g}")


def intervals_do_not_cancel(my_ece):
    """Overconfidence in one interval and underconfidence in another do not cancel

    Hint: the absolute value is taken in each interval, before the sum.
    """
    rows = fixed([0.95, 0.05], [0.95, 0.05], [0.45, 0.55], [0.45, 0.55])
    error = numbers(my_ece(rows, np.array([0, 1, 1, 1])), "the result", ())
    reason = "half of the examples are overconfident by 0.45, half underconfident by 0.45"
    expect(near(error, 0.45), f"{reason}; you return {error:.6g}")


def within_an_interval_they_do(my_ece):
    """Within an interval the mean confidence counts, and each interval is weighted by its number of examples

    Hint: an interval without examples has no mean, and adds nothing.
    """
    rows = fixed([0.75, 0.25], [0.75, 0.25], [0.75, 0.25], [0.75, 0.25], [0.35, 0.65])
    error = numbers(my_ece(rows, np.array([0, 0, 1, 0, 1])), "the result", ())
    expect(
        near(error, 0.07),
        f"four at 0.75 with three right, and one at 0.65 that is right: you return {error:.6g}",
    )


def three_of_four_right(best_temperature):
    """With two options, a gap of t log 3 and three of four examples right, the temperature is t

    Hint: for one gap the best confidence is the fraction that is right, three quarters.
    """
    labels = np.array([0, 0, 1, 0])
    for t in (0.5, 1.0, 4.0):
        scores = fixed([[t * np.log(3), 0]] * 4)
        alpha = numbers(best_temperature(scores, labels), "the result", ())
        expect(near(alpha / t, 1, 2e-3), f"t = {t}: you return {alpha:.6g}")


def no_temperature_nearby_is_better(best_temperature):
    """No temperature nearby has a smaller mean log loss, also if the scores are hundreds or thousands

    Hint: halve an interval of temperatures again and again. What tells you which half? Can an exponential
    overflow?
    """
    rows = np.array([[2, 0, 1], [0, 3, 1], [4, 0, 1], [1, 1, 2], [0, 1, 5], [2, 3, 0], [1, 0, 0]])
    labels = np.array([0, 1, 2, 2, 2, 0, 0])
    for times, shift in ((1, 0), (100, 0), (1, 3000)):
        scores = fixed(shift + times * rows)
        alpha = numbers(best_temperature(scores, labels), "the result", ())
        expect(0.01 < alpha < 1000, f"scores up to {scores.max():g}: you return {alpha:.6g}")
        others = alpha * np.array([0.7, 0.98, 1.0, 1.02, 1.4])
        losses = [mean_log_loss(scores, labels, other) for other in others]
        better = others[np.argmin(losses)]
        expect(better == alpha, f"scores up to {scores.max():g}: {better:.4g} beats {alpha:.4g}")


def mean_log_loss(scores, labels, alpha):
    """Return the mean of -log of the label's share over the rows."""
    rows = scores / alpha
    return np.mean(np.logaddexp.reduce(rows, axis=1) - rows[range(len(rows)), labels])


def k_in_all(soft_top_k):
    """The weights are between 0 and 1 and add up to k

    Hint: the sum falls from d to 0 while tau rises. Is your interval wide enough, and halved often enough?
    """
    for scores, alpha in (
        (fixed(2, 0, 1, -1), 1.0),
        (fixed(50, -30, 10, 0), 400.0),
        (fixed(0, 9, 7, 8), 0.1),
    ):
        for k in (1, 2, 3):
            w = numbers(soft_top_k(scores, k, alpha), "the result", (4,))
            reason = f"scores {shown(scores)}, k = {k}, alpha = {alpha}: you return {shown(w)}"
            expect(((w >= -1e-9) & (w <= 1 + 1e-9)).all(), reason)
            expect(near(w.sum(), k, 1e-6), f"{reason}, with the sum {w.sum():.6g}")


def gaps_over_alpha(soft_top_k):
    """Two weights that are neither 0 nor 1 differ by the gap of their scores over alpha

    Hint: between its bounds the derivative of the objective with respect to a weight is the same number tau for
    all.
    """
    for alpha in (2.0, 4.0):
        w = numbers(soft_top_k(fixed(0.2, 0.7, -0.3), 1, alpha), "the result", (3,))
        expect(
            near([w[1] - w[0], w[0] - w[2]], 0.5 / alpha, 1e-6),
            f"the scores (0.2, 0.7, -0.3), alpha = {alpha}: {shown(w)}",
        )


def wide_gaps_decide(soft_top_k):
    """Who is more than alpha ahead of the others is in, who is more than alpha behind is out

    Hint: what comes out above 1 is 1, what comes out below 0 is 0.
    """
    w = numbers(soft_top_k(fixed(9000, 2000, 2000, 0), 2, 0.5), "the result", (4,))
    expect(near(w, [1, 0.5, 0.5, 0], 1e-6), f"the scores (9000, 2000, 2000, 0), k = 2: {shown(w)}")


def k_different_places(draw_words):
    """It returns k different places

    Hint: the k largest of the noisy scores, the largest first. np.argsort sorts the other way.
    """
    for seed in range(20):
        places = numbers(draw_words(fixed(1, 2, 0, 1, 2), 3, 1.0, np.random.default_rng(seed)), "it", (3,))
        expect(
            set(places) <= set(range(5)) and len(set(places)) == 3, f"three of five words: {shown(places)}"
        )


def the_generator_decides(draw_words):
    """One seed gives the same words again, and the same generator gives other words in the next call

    Hint: new noise in each call, one number for each word, and all of it from rng.
    """
    rng, again = np.random.default_rng(5), np.random.default_rng(5)
    rows = [
        numbers(draw_words(fixed([0] * 9), 4, 1.0, each), "the result", (4,)) for each in [rng] * 5 + [again]
    ]
    expect(
        (rows[0] == rows[-1]).all(), f"two generators of one seed gave {shown(rows[0])}, {shown(rows[-1])}"
    )
    expect(not all((row == rows[0]).all() for row in rows), f"five times {shown(rows[0])}")


def as_often_as_its_share(draw_words):
    """A word that is alpha log 3 ahead of the only other comes first three times in four

    Hint: for which noise is the largest of the noisy scores a draw from softmax? What does alpha multiply?
    """
    for alpha in (0.5, 3.0):
        rng, scores = np.random.default_rng(8), fixed(0, alpha * np.log(3))
        rows = [numbers(draw_words(scores, 2, alpha, rng), "the result", (2,)) for _ in range(4000)]
        first = np.mean([row[0] == 1 for row in rows])
        expect(abs(first - 0.75) < 0.04, f"alpha = {alpha}: in {first:.1%} of 4000 draws")


QUESTIONS = {
    "two_words": (two_words_are_left, the_ratio_of_the_two_is_kept, the_four_had_one),
    "top_p": (
        as_few_as_sum_to_p,
        top_p_sees_the_temperature,
        of_equals_the_first_stay,
        top_p_of_large_scores,
    ),
    "min_p": (
        the_reach_with_the_temperature_first,
        the_reach_with_the_temperature_last,
        the_words_that_stay_feel_the_temperature,
    ),
    "my_ece": (sure_and_right, intervals_do_not_cancel, within_an_interval_they_do),
    "best_temperature": (three_of_four_right, no_temperature_nearby_is_better),
    "soft_top_k": (k_in_all, gaps_over_alpha, wide_gaps_decide),
    "draw_words": (k_different_places, the_generator_decides, as_often_as_its_share),
}

check = checks(QUESTIONS)
