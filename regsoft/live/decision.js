// The objective w x + alpha H(w) of one decision: place your own w, then see the best one.
import { sigmoid, sigmoidObjective } from "./maths.js";
import {
  begin, button, drag, follow, handle, html, path, plane, reset, set, show, sliders, stage, svg, voice, words, write,
} from "./kit.js";

// The places, in pixels, are those of decision.py, which draws the still.
const [HEIGHT, LEFT, RIGHT, TOP, BASE] = [360, 40, 24, 80, 316]; // RIGHT is a distance from the right edge
const GRID = Array.from({ length: 81 }, (_, i) => Math.sin((Math.PI * i) / 160) ** 2); // dense at the ends: steep there
const fine = (value) => Math.round(value * 1000) / 1000;

/** Where the objective is largest, also as text, and where its slope is zero if that is a minimum. */
function extremes(x, alpha) {
  const worth = `worth ${words(alpha > 0 ? sigmoidObjective(sigmoid(x, alpha), x, alpha) : Math.max(x, 0), 3)}`;
  const bottom = alpha < 0 ? sigmoid(-x, -alpha) : null;
  if (alpha > 0) return { best: [sigmoid(x, alpha)], bottom, told: `best w = ${words(sigmoid(x, alpha), 3)}, ${worth}` };
  if (x !== 0) return { best: [Number(x > 0)], bottom, told: `best w = ${Number(x > 0)}, an end, ${worth}` };
  if (alpha < 0) return { best: [0, 1], bottom, told: `best w = 0 or 1, the ends, ${worth}` };
  return { best: [], bottom, told: `every w is best, ${worth}` };
}

function render({ model, el }) {
  const view = begin({ model, el });
  const say = voice(view);
  const scale = plane({ x: [0, 1], y: [-2.4, 2.8], xticks: [0, 0.25, 0.5, 0.75, 1], yticks: [-2, -1, 0, 1, 2], xname: "decision w" });

  const line = svg("path", { class: "rs-line", "stroke-width": 1.2, "stroke-dasharray": "6 4" });
  const curve = svg("path", { fill: "none", "stroke-width": 2.5, style: "stroke: var(--rs-blue)" });
  const stem = svg("path", { fill: "none", "stroke-width": 1.5, style: "stroke: var(--rs-orange)" });
  const own = svg("circle", { r: 5, style: "fill: var(--rs-orange)" });
  const bests = [0, 1].map(() => svg("path", { d: "M0 -10L10 0L0 10L-10 0Z", style: "fill: var(--rs-green)" }));
  const bottom = svg("path", { d: "M-5 -5H5V5H-5Z", fill: "none", "stroke-width": 2, style: "stroke: var(--rs-green)" });
  const legend = [36, 54, 72].map((y) => svg("text", { x: LEFT + 24, y }));
  const marks = [own, bests[0], bottom].map((mark, i) => set(mark.cloneNode(), { transform: `translate(${LEFT + 8} ${32 + 18 * i}) scale(0.8)` }));
  const key = [
    set(curve.cloneNode(), { d: path([[LEFT, 10], [LEFT + 18, 10]]) }), svg("text", { x: LEFT + 24, y: 14 }, "w x + α H(w)"),
    set(line.cloneNode(), { d: path([[LEFT + 124, 10], [LEFT + 142, 10]]) }), svg("text", { x: LEFT + 148, y: 14 }, "w x"),
  ];
  const names = ["x", "α", "w"].map((name) => svg("text", { class: "rs-name" }, name));
  const answer = svg("g", { class: "rs-fades" }, ...bests, marks[1], legend[1]);
  const turned = svg("g", { class: "rs-fades" }, bottom, marks[2], legend[2]);

  const score = handle(view, "x", "score x, the height of the line at w = 1", { colour: "--rs-ink", step: 0.05 });
  const weight = handle(view, "alpha", "weight α, the height of the arch over the line", { colour: "--rs-blue", step: 0.05 });
  const decision = handle(view, "w", "your decision w", { colour: "--rs-orange", step: 0.01 });
  const picture = stage(view, (width) => {
    scale.place(LEFT, width - RIGHT, TOP, BASE);
    return HEIGHT;
  },
  svg("g", { "aria-hidden": "true" }, ...key, scale.element, line, curve, stem, marks[0], legend[0], ...names),
  score.element, weight.element, decision.element, svg("g", { class: "rs-above", "aria-hidden": "true" }, answer, turned, own));

  const controls = sliders(view);
  const reveal = button("Show the best w", () => view.put({ answer: !view.get("answer") }));
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, reveal, reset(view)), view.spoken);
  drag(picture, [
    [score, (_, y) => view.put({ x: fine(scale.yAt(y)) })],
    [weight, (_, y) => view.put({ alpha: fine((scale.yAt(y) - view.get("x") / 2) / Math.LN2) })], // at w = 1/2
    [decision, (x) => view.put({ w: fine(scale.xAt(x)) })],
  ], (x) => view.put({ w: fine(scale.xAt(x)) }));

  function draw() {
    const [x, alpha, w, answered] = ["x", "alpha", "w", "answer"].map(view.get);
    const objective = (w) => sigmoidObjective(w, x, alpha);
    const at = (w) => scale.at(w, objective(w));
    const { best, bottom: low, told } = extremes(x, alpha);
    const put = (element, w) => set(element, { transform: `translate(${at(w).map((v) => v.toFixed(1)).join(" ")})` });

    set(line, { d: path([scale.at(0, 0), scale.at(1, x)]) });
    set(curve, { d: path(GRID.map(at)) });
    set(stem, { d: path([[scale.across(w), BASE], at(w)]) });
    put(own, w);
    bests.forEach((mark, i) => {
      show(mark, i < best.length);
      if (i < best.length) put(mark, best[i]);
    });
    if (low !== null) put(bottom, low);
    show(answer, answered);
    show(turned, answered && low !== null);

    const yours = `your w = ${words(w, 3)}, worth ${words(objective(w), 3)}`;
    const lowest = low === null ? "" : `slope 0 at w = ${words(low, 3)}: the bottom`;
    [yours, told, lowest].forEach((words, i) => write(legend[i], words));

    const end = scale.at(1, x), middle = scale.at(0.5, x / 2 + alpha * Math.LN2), foot = [scale.across(w), BASE];
    score.draw(...end);
    weight.draw(...middle);
    decision.draw(...foot);
    [[end, 13, 4], [middle, -4, alpha < 0 ? 26 : -16], [foot, 13, -8]].forEach(
      ([[x, y], dx, dy], i) => set(names[i], { x: x + dx, y: y + dy }));
    controls.draw();
    write(reveal, answered ? "Hide the best w" : "Show the best w");

    const shape = alpha > 0 ? "an arch" : alpha < 0 ? "a hanging curve" : "a straight line";
    const sentences = { x: `score ${words(x, 2)}`, alpha: `α = ${words(alpha, 2)}`, shape, yours };
    const found = answered ? [told, lowest].filter(Boolean) : [];
    set(picture, { "aria-label": `Objective over w for score ${words(x, 2)} and α = ${words(alpha, 2)}: ${[shape, yours, ...found].join("; ")}.` });
    say({ ...sentences, told: answered ? told : "", lowest: answered ? lowest : "" });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
