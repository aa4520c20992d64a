// The objective <w, x> + alpha H(w) of a unit that is split over three options: place your own split, then see the best.
import { klBall, klDivergence, logsumexp, shannonEntropy, sum } from "./maths.js";
import { path, plane, set, show, svg, words, write } from "./kit.js";
import { OPTIONS, bar, best, block, list, move, simplex, yours } from "./simplex.js";

const DROPS = [[0.05, 1.8], [0.2, 1.4], [0.5, 1], [1, 0.7]]; // drop of the objective below its maximum, and width of the level curve
const RAYS = 120;

/** The outline of a ball around q, including the corners of the triangle that lie in the ball. */
function outline(q, radius, field) {
  const points = klBall(q, radius, RAYS);
  const turn = (w) => Math.atan2((w[1] - q[1] - w[2] + q[2]) / Math.SQRT2, (3 * (w[0] - q[0])) / Math.sqrt(6));
  const corners = OPTIONS.filter((i) => -Math.log(q[i]) <= radius).map((i) => OPTIONS.map((k) => Number(k === i)));
  const found = [...points.map((w, i) => [(2 * Math.PI * i) / RAYS, w]), ...corners.map((w) => [(turn(w) + 2 * Math.PI) % (2 * Math.PI), w])];
  return `${path(found.sort(([one], [other]) => one - other).map(([, w]) => field.at(w)))}Z`;
}

function objective() {
  const level = ([, width]) => svg("path", { class: "rs-line", "stroke-width": width, "stroke-opacity": 0.6 });
  const levels = DROPS.map(level);
  const ball = svg("path", { "fill-opacity": 0.12, "stroke-width": 2, "stroke-dasharray": "6 4", style: "fill: var(--rs-purple); stroke: var(--rs-purple)" });
  const inside = svg("g", { class: "rs-fades" }, ball, ...levels);

  const worth = plane({ x: [0, 1], y: [0, 9.5] });
  const parts = ["--rs-blue", "--rs-orange", "--rs-green"].map(bar);
  const labels = OPTIONS.map(() => svg("text"));
  const name = svg("text", { class: "rs-name", "text-anchor": "middle" }, "worth");
  const line = svg("path", { fill: "none", "stroke-width": 1.5, "stroke-dasharray": "6 4", style: "stroke: var(--rs-green)" });
  const [reached, summit] = [yours(), best()];
  const gap = svg("g", { class: "rs-fades" }, parts[2], labels[2], line, summit);
  let [left, middle, half, base] = [0, 0, 0, 0], drawnFor = "";

  return {
    top: 9.5, ticks: [0, 2, 4, 6, 8], ask: "Show the best w", hide: "Hide the best w",
    pitch: (width) => Math.min(52, (width - 124) / 4),
    beside: svg("g", {}, ...parts.slice(0, 2), ...labels.slice(0, 2), name, gap, reached),
    inside,
    place(end, pitch, top, foot) {
      [left, middle, half, base] = [end - 3 * pitch, end + pitch * 0.55, pitch * 0.32, foot];
      worth.place(0, 1, top, foot);
      set(name, { x: middle, y: foot + 22 });
      drawnFor = "";
    },
    draw({ x, alpha, w, target, answered, field }) {
      const mean = sum(w.map((share, i) => share * x[i])), spread = alpha * shannonEntropy(w);
      const top = logsumexp(x, alpha), apart = klDivergence(w, target);
      const steps = [0, mean, mean + spread, top].map(worth.up);
      let above = Infinity; // labels of thin parts stand above each other
      [`⟨w, x⟩ ${words(mean, 3)}`, `α H(w) ${words(spread, 3)}`, `gap α KL ${words(alpha * apart, 3)}`].forEach((text, i) => {
        set(parts[i], { d: block(middle - half, middle + half, steps[i + 1], steps[i]) });
        above = Math.min((steps[i] + steps[i + 1]) / 2 + 4, above - 15);
        set(labels[i], { x: middle + half + 8, y: above });
        write(labels[i], text);
      });
      set(line, { d: path([[left, steps[3]], [middle + half, steps[3]]]) });
      move(reached, [middle, steps[2]]);
      move(summit, [middle, steps[3]], 0.7);
      for (const element of [inside, gap]) show(element, answered);
      if (answered) {
        if (drawnFor !== (drawnFor = `${x} ${alpha}`)) levels.forEach((curve, i) => set(curve, { d: outline(target, DROPS[i][0] / alpha, field) }));
        set(ball, { d: outline(target, Math.max(apart, 1e-9), field) });
      }
      return { own: `your w ${list(w)}, worth ${words(mean + spread, 3)}`, best: `best w ${list(target)}, worth ${words(top, 3)}` };
    },
  };
}

const render = (context) => simplex(context, objective());

export default { render };
