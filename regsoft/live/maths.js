// What the pictures compute: functions of regsoft under the same names, with its care for digits. Arguments are not
// checked. tests/regsoft/test_live_maths.py compares each with regsoft on random and extreme input.

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
const sum = (values) => values.reduce((total, value) => total + value, 0);

// ---------------------------------------------------------------------- scores

/** (x - top) / alpha of each score; a score equal to an infinite largest score has no gap to it. */
function gaps(x, alpha) {
  const top = Math.max(...x);
  return x.map((score) => (score === top ? 0 : (score - top) / alpha));
}

function softmax(x, alpha = 1) {
  const weights = gaps(x, alpha).map(Math.exp);
  const total = sum(weights);
  return weights.map((weight) => weight / total);
}

/** log(sum(exp(gaps))): one largest term leaves the sum and log1p takes the others, so that a small result is exact. */
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

const softplus = (x, alpha = 1) => Math.max(x, 0) + alpha * Math.log1p(Math.exp(-Math.abs(x / alpha)));

// ---------------------------------------------------------------------- entropies and divergence

/** Shannon's entropy. The logarithm of a share above 0.6 is taken from the others: it keeps its digits near 0. */
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

/** t - log(1 + t) for |t| up to 1/2, where the terms cancel: by the series of log((1 + s)/(1 - s)) instead. */
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

/** Halve the bracket of the largest share down to two neighbouring floats; of their shares, mix those that sum to 1. */
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

/** By how much the losses of the shares exceed those of the best single option. */
function regret(losses, weights) {
  const paid = sum(losses.map((round, t) => sum(round.map((loss, i) => loss * weights[t][i])) / sum(weights[t])));
  return paid - Math.min(...losses[0].map((_, i) => sum(losses.map((round) => round[i]))));
}

export {
  binaryEntropy, clamp, entmax, hedge, klDivergence, logSoftmax, logsumexp, regret, shannonEntropy, sigmoid,
  sigmoidObjective, softmax, softmaxObjective, softplus, sparsemax, sum,
};
