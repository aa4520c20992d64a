// Logistic regression of two classes of points: drag one of them, and see the weights converge or grow without bound.
import { descend, separates } from "./maths.js";
import {
  NARROW, begin, button, dot, drag, follow, handle, html, path, plane, reset, set, short, show, sliders, stage, svg, voice, words, write,
} from "./kit.js";

// The places, in pixels, are those of separation.py, which draws the still. Boxes are left, right, top, base; a right
// side that is not positive is measured from the right edge of the drawing.
const WIDE = { boxes: [[40, 324, 66, 350], [404, -24, 66, 350]], height: 396 };
const TALL = { boxes: [[40, -24, 66, 290], [40, -24, 406, 586]], height: 632 };
const FIXED = [
  [-2.2, -0.6], [-1.3, 1], [-0.8, -1.3], [-1.9, -1.9], [0.9, 1.3], [2.1, 0.4], [1, -0.6], [1.8, -1.7], [0.4, 2.3],
];
const LABELS = [0, 0, 0, 0, 1, 1, 1, 1, 1, 1]; // the last is that of the point that is dragged
const COUNTS = [...new Set(Array.from({ length: 65 }, (_, k) => Math.round(10 ** (k / 16))))];
const [SIDE, LONGEST] = [3, 15];
const fine = (value) => Math.round(value * 1000) / 1000;
const norm = (w) => Math.hypot(...w);

/** The ends, within the square, of the line on which the score has a given value; an empty list if it lies outside. */
function across([w0, w1, w2], score) {
  const ends = [-SIDE, SIDE].flatMap((v) => [[v, (score - w0 - w1 * v) / w2], [(score - w0 - w2 * v) / w1, v]]);
  const inside = ends.filter((end) => end.every((v) => Math.abs(v) <= SIDE + 1e-9)); // a division by 0 gives a value that fails this test
  return inside.length < 2 ? [] : [inside[0], inside.at(-1)];
}

function render({ model, el }) {
  const view = begin({ model, el }, 688);
  const say = voice(view);
  const field = plane({ x: [-SIDE, SIDE], y: [-SIDE, SIDE], xticks: [-2, 0, 2], yticks: [-2, 0, 2], xname: "z₁", yname: "z₂" });
  const fit = plane({ x: [0, 4], y: [0, LONGEST], xticks: [0, 1, 2, 3, 4], yticks: [0, 5, 10, 15], xname: "steps down the gradient", yname: "‖w‖", tell: (v) => short(10 ** v) });
  const line = (style, width, dashes = "") => svg("path", { fill: "none", "stroke-width": width, "stroke-dasharray": dashes, style: `stroke: var(--rs-${style})` });
  const mark = (label) => (label ? svg("path", { d: "M-4.5 -4.5H4.5V4.5H-4.5Z", style: "fill: var(--rs-orange)" }) : svg("circle", { r: 5, style: "fill: var(--rs-blue)" }));

  const [tie, high, low] = [line("ink", 1.8), line("orange", 1.4, "6 4"), line("blue", 1.4, "6 4")];
  const curve = line("ink", 2.5), rest = line("ink", 1.2, "3 3");
  const marks = FIXED.map((_, i) => mark(LABELS[i])), own = mark(1);
  const keys = [mark(0), mark(1), line("ink", 1.8), line("ink", 1.4, "6 4")];
  const named = ["class 0", "class 1", "tie", "share 0.9"].map((name) => svg("text", {}, name));
  const told = svg("text"), verdict = svg("text");
  const answer = svg("g", { class: "rs-fades" }, rest, verdict);

  const put = (a, b) => view.put({ z1: fine(a), z2: fine(b) });
  const point = dot(view, "a point of class 1", {
    colour: "--rs-paper", key: "point",
    step: (right, up) => put(view.get("z1") + 0.05 * right, view.get("z2") + 0.05 * up),
    tell: () => ({ now: view.get("z1"), low: -SIDE, high: SIDE, text: ["z1", "z2"].map((key) => words(view.get(key), 2)).join(", ") }),
  });
  const steps = handle(view, "steps", "steps down the gradient", { colour: "--rs-ink", step: 1 });
  view.keys.set(steps.element, (right, up) => view.put({ steps: view.get("steps") * 10 ** ((right + up) / 8) }));
  const picture = stage(view, (width) => {
    const { boxes, height } = width < NARROW ? TALL : WIDE;
    const [[left, , top], [start, , high]] = boxes;
    boxes.forEach(([start, end, top, base], i) => (i ? fit : field).place(start, end > 0 ? end : width + end, top, base));
    [0, 90, 0, 90].forEach((shift, k) => {
      const [x, y] = [left + shift, top - (k < 2 ? 52 : 34)];
      if (k < 2) set(keys[k], { transform: `translate(${x + 9} ${y - 4})` });
      else set(keys[k], { d: path([[x, y - 4], [x + 18, y - 4]]) });
      set(named[k], { x: x + 24, y });
    });
    [told, verdict].forEach((line, k) => set(line, { x: start, y: high - 52 + 18 * k }));
    return height;
  },
  svg("g", { "aria-hidden": "true" }, ...keys, ...named, field.element, fit.element, high, low, tie, ...marks, curve, told, answer),
  point.element, steps.element, svg("g", { class: "rs-above", "aria-hidden": "true" }, own));

  const controls = sliders(view);
  const reveal = button("Show the verdict", () => view.put({ answer: !view.get("answer") }));
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, reveal, reset(view)), view.spoken);
  drag(picture, [
    [point, (x, y) => put(field.xAt(x), field.yAt(y))],
    [steps, (x) => view.put({ steps: 10 ** fit.xAt(x) })],
  ]);

  function draw() {
    const [z1, z2, shown] = ["z1", "z2", "answer"].map(view.get), count = Math.round(view.get("steps"));
    const points = [...FIXED, [z1, z2]], before = COUNTS.filter((k) => k < count), after = COUNTS.filter((k) => k > count);
    const counts = [...before, count, ...(shown ? after : [])];
    const all = descend(points, LABELS, counts), w = all[before.length];
    const lengths = all.map(norm), here = field.at(z1, z2);
    const grown = (from, to) => {
      const places = counts.slice(from, to).map((k, i) => fit.at(Math.log10(k), lengths[from + i])).filter((_, i) => lengths[from + i] <= LONGEST);
      return places.length ? path(places) : "M0 0";
    };
    FIXED.forEach((z, i) => set(marks[i], { transform: `translate(${field.at(...z).map((v) => v.toFixed(1)).join(" ")})` }));
    [[tie, 0], [high, Math.log(9)], [low, -Math.log(9)]].forEach(([line, score]) => {
      const ends = across(w, score);
      set(line, { d: ends.length ? path(ends.map((end) => field.at(...end))) : "M0 0" });
    });
    set(curve, { d: grown(0, before.length + 1) });
    set(rest, { d: grown(before.length, counts.length) });
    set(own, { transform: `translate(${here.map((v) => v.toFixed(1)).join(" ")})` });
    point.draw(...here);
    steps.draw(...fit.at(Math.log10(count), Math.min(norm(w), LONGEST)));
    show(answer, shown);
    controls.draw();
    write(reveal, shown ? "Hide the verdict" : "Show the verdict");

    write(told, `‖w‖ = ${words(norm(w), 2)} after ${short(count)} ${count === 1 ? "step" : "steps"}`);
    write(verdict, separates(points, LABELS) ? "a line separates them: ‖w‖ grows without end" : "no line separates them: ‖w‖ converges");
    const found = shown ? [told.textContent, verdict.textContent] : [told.textContent];
    set(picture, { "aria-label": `Two classes of points, one of them at (${words(z1, 2)}, ${words(z2, 2)}), and the line where they tie: ${found.join("; ")}.` });
    say({ told: told.textContent, verdict: shown ? verdict.textContent : "" });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
