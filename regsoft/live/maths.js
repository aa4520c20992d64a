// What the pictures compute: the functions of regsoft under the same names, with the same numerical accuracy. Arguments are not
// checked. tests/regsoft/test_live_maths.py compares each with regsoft on random and extreme input.

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const sum = (values) => values.reduce((total, value) => total + value, 0);

// ---------------------------------------------------------------------- scores

/** (x - top) / alpha of each score; 0 for a score that equals the largest, even if both are infinite. */
function gaps(x, alpha) {
  const top = Math.max(...x);
  return x.map((score) => (score === top ? 0 : (score - top) / alpha));
}

function softmax(x, alpha = 1) {
  const weights = gaps(x, alpha).map(Math.exp);
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

/** log(sum(exp(gaps))): log1p of the sum of all terms but one largest, which is 1, so that a small result is accurate. */
function logRest(gaps) {
  const first = gaps.indexOf(0);
  return Math.log1p(sum(gaps.map((gap, i) => (i === first ? 0 : Math.exp(gap)))));
}

const logsumexp = (x, alpha = 1) => Math.max(...x) + alpha * logRest(gaps(x, alpha));

function logSoftmax(x, alpha = 1) {
  const all = gaps(x, alpha), rest = logRest(all);
  return all.map((gap) => gap - rest);
}

function sigmoid(x, alpha = 1) {
  const e = Math.exp(-Math.abs(x / alpha));
  return (x < 0 ? e : 1) / (1 + e);
}

/** The inverse of the sigmoid: accurate also near 1/2, where the difference of two logarithms would lose digits. */
function logit(w) {
  const smaller = Math.min(w, 1 - w), ratio = (2 * Math.abs(w - 0.5)) / smaller;
  return Math.sign(w - 0.5) * (ratio < Infinity ? Math.log1p(ratio) : -Math.log(smaller));
}

const softplus = (x, alpha = 1) => Math.max(x, 0) + alpha * Math.log1p(Math.exp(-Math.abs(x / alpha)));

// ---------------------------------------------------------------------- cuts

/** How many of the shares, sorted with the largest first, top-p keeps: the fewest whose sum reaches p. */
function topP(w, p) {
  let [count, total] = [0, 0];
  while (count < w.length && total < p) total += w[count++];
  return count;
}

/** How many of the shares, sorted with the largest first, min-p keeps: those of at least m times the largest. */
const minP = (w, m) => w.filter((share) => share >= m * w[0]).length;

// ---------------------------------------------------------------------- a board of 3 x 4 squares

/**
 * For each square its value by value iteration, and the shares of the moves up, right, down and left; zeros for the
 * goal and the pit. With probability `slip` a move goes sideways, half of that to each side; a move off the board stays in place.
 */
function plan(goal, pit, slip, alpha, mellow) {
  const [discount, rounds, squares] = [0.9, 400, Array.from({ length: 12 }, (_, i) => i)];
  const moves = [[-1, 0], [0, 1], [1, 0], [0, -1]], open = squares.filter((s) => s !== goal && s !== pit);
  const next = squares.map((s) => moves.map(([down, right]) =>
    4 * clamp(Math.floor(s / 4) + down, 0, 2) + clamp((s % 4) + right, 0, 3)));
  const values = squares.map((s) => (s === goal ? 1 : s === pit ? -1 : 0)); // for goal and pit: the reward for entering them
  const scored = (s) => {
    const four = next[s].map((to) => (to === goal || to === pit ? values[to] : discount * values[to]));
    return four.map((ahead, i) => (1 - slip) * ahead + (slip / 2) * (four[(i + 3) % 4] + four[(i + 1) % 4]));
  };
  for (let round = 0; round < rounds; round += 1) {
    const better = open.map((s) => logsumexp(scored(s), alpha) - (mellow ? alpha * Math.log(4) : 0));
    open.forEach((s, i) => { values[s] = better[i]; });
  }
  return squares.map((s) => (open.includes(s) ? [values[s], ...softmax(scored(s), alpha)] : [0, 0, 0, 0, 0]));
}

// ---------------------------------------------------------------------- entropies and divergence

/** Shannon's entropy. The logarithm of a share above 0.6 is computed from the sum of the others, which is accurate when it is near 0. */
function shannonEntropy(w) {
  const total = sum(w);
  return sum(w.map((share, i) => {
    if (share === 0) return 0;
    const others = () => sum(w.filter((_, k) => k !== i));
    return share * (share > 0.6 ? Math.log1p(others() / share) : Math.log(total) - Math.log(share));
  })) / total;
}

function binaryEntropy(w) {
  return (w > 0 ? -w * Math.log(w) : 0) - (w < 1 ? (1 - w) * Math.log1p(-w) : 0);
}

const sigmoidObjective = (w, x, alpha = 1) => w * x + alpha * binaryEntropy(w);

function softmaxObjective(w, x, alpha = 1) {
  const total = sum(w);
  return sum(w.map((share, i) => (share / total) * x[i])) + alpha * shannonEntropy(w);
}

/** t - log(1 + t) for |t| up to 1/2, where the difference would lose digits: computed by the series of log((1 + s)/(1 - s)) instead. */
function logGap(t) {
  const s = t / (2 + t), square = s * s;
  let [rest, power] = [0, 1];
  for (let odd = 3; rest + power / odd !== rest; odd += 2) {
    rest += power / odd;
    power *= square;
  }
  return 2 * square * (1 / (1 - s) - s * rest);
}

/** The Kullback-Leibler divergence of p from q: a sum of terms p log(p/q) - p + q, none of which is negative. */
function klDivergence(p, q) {
  const total = sum(p), between = p.map((share, i) => q[i] - share), excess = sum(between) / total;
  return sum(p.map((share, i) => {
    const other = q[i] / (1 + excess), gap = (between[i] - excess * share) / (1 + excess);
    if (share === 0) return other;
    if (Math.abs(gap) <= Math.min(share, other) / 2) return share * logGap(gap / share);
    return gap - share * (Math.log(other) - Math.log(share));
  })) / total;
}

// ---------------------------------------------------------------------- neighbourhoods in the triangle

/** Directions in the plane of the triangle, at equal angles. */
const rays = (points) => Array.from({ length: points }, (_, k) => {
  const turn = (2 * Math.PI * k) / points, [first, second] = [Math.cos(turn) / Math.sqrt(6), Math.sin(turn) / Math.sqrt(2)];
  // Rounding errors become 0 for a ray along an edge
  return [2 * first, second - first, -first - second].map((part) => (Math.abs(part) < 1e-15 ? 0 : part));
});

/** Points on the boundary of the set of w with KL(w || q) <= radius, at equal angles around q. */
function klBall(q, radius, points = 240) {
  const total = sum(q), centre = q.map((share) => share / total);
  return rays(points).map((ray) => {
    const far = rayLength(centre, ray, radius);
    const w = centre.map((share, i) => Math.max(share + far * ray[i], 0)), whole = sum(w);
    return w.map((share) => share / whole);
  });
}

/** The ellipse around q that approximates a small ball, from the Fisher information; it may leave the triangle. */
function fisherEllipse(q, radius, points = 240) {
  const total = sum(q), centre = q.map((share) => share / total);
  return rays(points).map((ray) => {
    const far = Math.sqrt((2 * radius) / sum(ray.map((part, i) => (part * part) / centre[i])));
    return centre.map((share, i) => share + far * ray[i]);
  });
}

/** How far a ray stays within a ball. The divergence is convex along it, so this uses Newton's method, with bisection where a step leaves the bracket. */
function rayLength(centre, ray, radius) {
  let [edge, bend, apart, slope] = [Infinity, 0, 0, 0];
  for (let i = 0; i < 3; i += 1) {
    if (ray[i] < 0) edge = Math.min(edge, -centre[i] / ray[i]);
    bend += (ray[i] * ray[i]) / centre[i];
  }
  const measure = (far) => {
    [apart, slope] = [0, 0];
    for (let i = 0; i < 3; i += 1) {
      const share = centre[i] + far * ray[i], log = share > 0 ? Math.log1p((far * ray[i]) / centre[i]) : 0;
      apart += share * log;
      slope += ray[i] * log;
    }
  };
  measure(edge);
  if (apart <= radius) return edge;
  let [low, high, far] = [0, edge, Math.sqrt((2 * radius) / bend)];
  for (let step = 0; step < 80; step += 1) {
    if (!(low < far && far < high)) far = (low + high) / 2;
    measure(far);
    const next = far - (apart - radius) / slope;
    if (apart > radius) high = far;
    else low = far;
    if (Math.abs(next - far) <= 1e-15 * far) break;
    far = next;
  }
  return far;
}

// ---------------------------------------------------------------------- sparse shares

const descending = (values) => [...values].sort((a, b) => b - a);

const sparsemax = (x, alpha = 1) => entmax(x, 2, alpha);

/** The maximiser of <w, x> + alpha times Tsallis' entropy of an order above 0; order 1 is softmax, 2 is sparsemax. */
function entmax(x, order = 1.5, alpha = 1) {
  if (order === 1) return softmax(x, alpha);
  const all = gaps(x, alpha);
  const shares = order === 2 ? nearest(all) : order === 1.5 ? entmax15(all) : anyOrder(all, order - 1);
  const total = sum(shares);
  return shares.map((share) => share / total);
}

/** The gap to the best score at which an option's share reaches 0, if the best option has the share p. */
const reach = (p, order, alpha) => (alpha * p ** (order - 1)) / (order - 1);

/** The projection onto the simplex. */
function nearest(gaps) {
  let [total, threshold] = [0, 0];
  descending(gaps).forEach((gap, i) => {
    total += gap;
    if (1 + (i + 1) * gap > total) threshold = (total - 1) / (i + 1);
  });
  return gaps.map((gap) => Math.max(gap - threshold, 0));
}

function entmax15(gaps) {
  let [total, squares, threshold] = [0, 0, 0];
  descending(gaps).forEach((gap, i) => {
    const half = gap / 2, count = i + 1;
    total += half;
    squares += half * half;
    const mean = total / count, candidate = mean - Math.sqrt(Math.max((1 - (squares - count * mean * mean)) / count, 0));
    if (candidate <= half) threshold = candidate;
  });
  return gaps.map((gap) => Math.max(gap / 2 - threshold, 0) ** 2);
}

/** Bisect for the largest share down to two neighbouring floats; interpolate between their shares so that the sum is 1. */
function anyOrder(gaps, excess) {
  const shares = (p) => gaps.map((gap) => {
    const y = gap === 0 ? 0 : excess * gap * p ** -excess;
    return y > -1 ? p * Math.exp(Math.log1p(y) / excess) : 0;
  });
  let [low, high] = [1 / gaps.length, 1];
  for (let p = (low + high) / 2; low < p && p < high; p = (low + high) / 2) {
    if (sum(shares(p)) >= 1) high = p;
    else low = p;
  }
  const [few, many] = [shares(low), shares(high)], [below, above] = [sum(few), sum(many)];
  const part = above > below ? clamp((1 - below) / (above - below), 0, 1) : 1;
  return few.map((share, i) => share + part * (many[i] - share));
}

// ---------------------------------------------------------------------- two classes of points

/** The weights of logistic regression after each number of steps, in ascending order: gradient descent from 0. */
function descend(points, labels, steps) {
  const size = 4 / sum(points.map(([a, b]) => 1 + a * a + b * b)); // the curvature of the summed loss is at most 1/size
  let [w0, w1, w2, done] = [0, 0, 0, 0];
  return steps.map((count) => {
    for (; done < count; done += 1) {
      let [g0, g1, g2] = [0, 0, 0];
      for (let i = 0; i < points.length; i += 1) {
        const [a, b] = points[i], miss = sigmoid(w0 + w1 * a + w2 * b) - labels[i];
        g0 += miss;
        g1 += miss * a;
        g2 += miss * b;
      }
      [w0, w1, w2] = [w0 - size * g0, w1 - size * g1, w2 - size * g2];
    }
    return [w0, w1, w2];
  });
}

/** Whether a line separates the points of two classes; one that does can be moved until it goes through two points. */
function separates(points, labels) {
  return points.some(([a, b], i) => points.slice(i + 1).some(([c, d]) => {
    const sides = points.map(([x, y], k) => (labels[k] ? 1 : -1) * ((c - a) * (y - b) - (d - b) * (x - a)));
    const [low, high] = [Math.min(...sides), Math.max(...sides)];
    return low < high && (low >= 0 || high <= 0);
  }));
}

// ---------------------------------------------------------------------- decisions over rounds

/** The shares of each round, from the losses of the rounds before: the softmin of their totals. */
function hedge(losses, alpha = 1) {
  let totals = losses[0].map(() => 0);
  return losses.map((round) => {
    const shares = softmax(totals.map((total) => -total), alpha);
    totals = totals.map((total, i) => total + round[i]);
    return shares;
  });
}

/** The weights of each round: all on the option with the smallest total so far; tied options share equally. */
function followTheLeader(losses) {
  let totals = losses[0].map(() => 0);
  return losses.map((round) => {
    const least = Math.min(...totals), leads = totals.map((total) => Number(total === least)), count = sum(leads);
    totals = totals.map((total, i) => total + round[i]);
    return leads.map((lead) => lead / count);
  });
}

/** The upper bound of the regret of Hedge, for losses in [0, 1] and a number of options. */
const hedgeBound = (rounds, options, alpha) => alpha * Math.log(options) + rounds / (8 * alpha);

/** By how much the losses of the shares exceed those of the best single option. */
function regret(losses, weights) {
  const paid = sum(losses.map((round, t) => sum(round.map((loss, i) => loss * weights[t][i])) / sum(weights[t])));
  return paid - Math.min(...losses[0].map((_, i) => sum(losses.map((round) => round[i]))));
}

// ---------------------------------------------------------------------- chance

/** A number between 0 and 1 at a place in the sequence of a seed (both integers), mixed as in splitmix32. */
function uniform(seed, place) {
  let z = (Math.imul(place + 1, 0x9e3779b9) + seed) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (((z ^ (z >>> 15)) >>> 0) + 0.5) / 2 ** 32;
}

/** Gumbel's noise at a place of the sequence of a seed. */
const gumbel = (seed, place) => -Math.log(-Math.log(uniform(seed, place)));

/** alpha times the density at t of centre + alpha G, G Gumbel's noise. */
function gumbelDensity(t, centre, alpha) {
  const z = (t - centre) / alpha;
  return Math.exp(-z - Math.exp(-z));
}

export {
  binaryEntropy, clamp, descend, entmax, fisherEllipse, followTheLeader, gumbel, gumbelDensity, hedge, hedgeBound, klBall,
  klDivergence, logSoftmax, logit, logsumexp, minP, plan, reach, regret, separates, shannonEntropy, sigmoid, sigmoidObjective,
  softmax, softmaxObjective, softplus, sparsemax, sum, topP, uniform,
};
