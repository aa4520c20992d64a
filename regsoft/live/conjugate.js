// A convex function and its conjugate: roll the tangent along the first, and its crossing with the axis traces the second.
import { binaryEntropy, logit, sigmoid, softplus } from "./maths.js";
import {
  NARROW, begin, button, dot, drag, follow, handle, html, path, plane, reset, set, show, sliders, stage, svg, voice, words, write,
} from "./kit.js";

// The places, in pixels, are those of conjugate.py, which draws the still. Boxes are left, right, top, base; a right
// side that is not positive is measured from the right edge of the drawing.
const WIDE = { boxes: [[40, 312, 66, 342], [392, -24, 66, 342]], height: 388 };
const TALL = { boxes: [[40, -24, 66, 258], [40, -24, 372, 564]], height: 610 };
const [FROM, TO] = [-2.25, 2.25]; // ends of the horizontal axis of the right panel
const GRID = Array.from({ length: 81 }, (_, i) => Math.sin((Math.PI * i) / 160) ** 2); // dense at the ends: steep there
const fine = (value) => Math.round(value * 1000) / 1000;

function render({ model, el }) {
  const view = begin({ model, el }, 688);
  const say = voice(view);
  const left = plane({ x: [0, 1], y: [-2.75, 0.25], xticks: [0, 0.25, 0.5, 0.75, 1], yticks: [-2, -1, 0], xname: "decision w" });
  const right = plane({ x: [FROM, TO], y: [-0.25, 2.75], xticks: [-2, -1, 0, 1, 2], yticks: [0, 1, 2], xname: "score x" });

  const line = (colour, width, style = {}) => svg("path", { fill: "none", "stroke-width": width, style: `stroke: var(--rs-${colour})`, ...style });
  const dashed = { "stroke-dasharray": "6 4" };
  const [omega, conjugate] = [line("blue", 2.5), line("blue", 2.5)];
  const [rolled, tangent] = [line("ink", 1.2, dashed), line("ink", 1.2, dashed)];
  const depths = [line("orange", 4), line("orange", 4)], entropies = [line("green", 4), line("green", 4)];
  const square = (colour) => svg("path", { d: "M-5 -5H5V5H-5Z", fill: "none", "stroke-width": 2, style: `stroke: var(--rs-${colour})` });
  const [cut, crossing] = [square("orange"), square("green")];
  const told = [0, 1, 2, 3].map(() => svg("text"));
  const keys = ["blue", "orange", "orange", "green"].map((colour, i) => line(colour, i ? 4 : 2.5));
  const answer = svg("g", { class: "rs-fades" }, ...entropies, tangent, crossing, keys[3], told[3]);
  const names = ["w", "x"].map((name) => svg("text", { class: "rs-name" }, name));

  const touch = dot(view, "where the tangent touches, w", {
    colour: "--rs-ink", key: "touch",
    step: (across, up) => view.put({ x: view.get("x") + 0.05 * (across + up) }),
    tell: () => {
      const w = sigmoid(view.get("x"), view.get("alpha"));
      return { now: w, low: 0, high: 1, text: words(w, 3) };
    },
  });
  const score = handle(view, "x", "score x, the slope of the tangent on the left", { colour: "--rs-ink", step: 0.05 });
  let trace = null; // the range of scores over which the reader has rolled the tangent, and the weight it belongs to
  const picture = stage(view, (width) => {
    const { boxes, height } = width < NARROW ? TALL : WIDE;
    boxes.forEach(([start, end, top, base], i) => {
      (i ? right : left).place(start, end > 0 ? end : width + end, top, base);
      for (const k of [2 * i, 2 * i + 1]) {
        const y = top - 52 + 18 * (k % 2);
        set(keys[k], { d: path([[start, y - 4], [start + 18, y - 4]]) });
        set(told[k], { x: start + 24, y });
      }
    });
    return height;
  },
  svg("g", { "aria-hidden": "true" }, left.element, right.element, ...depths, omega, rolled, conjugate, ...keys.slice(0, 3), ...told.slice(0, 3), answer, cut),
  touch.element, score.element, svg("g", { class: "rs-above", "aria-hidden": "true" }, ...names));

  const controls = sliders(view);
  const reveal = button("Show the conjugate", () => view.put({ answer: !view.get("answer") }));
  const back = reset(view);
  back.addEventListener("click", () => {
    trace = null;
    draw();
  });
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, reveal, back), view.spoken);
  drag(picture, [
    [touch, (x) => {
      const w = left.xAt(x);
      view.put({ x: w <= 0 || w >= 1 ? 9 * Math.sign(w - 0.5) : fine(view.get("alpha") * logit(w)) });
    }],
    [score, (x) => view.put({ x: fine(right.xAt(x)) })],
  ]);

  function draw() {
    const [x, alpha, shown] = ["x", "alpha", "answer"].map(view.get);
    const w = sigmoid(x, alpha), value = softplus(x, alpha), entropy = alpha * binaryEntropy(w);
    if (trace?.alpha !== alpha) trace = { alpha, low: x, high: x };
    trace.low = Math.min(trace.low, x);
    trace.high = Math.max(trace.high, x);
    const [low, high] = shown ? [FROM, TO] : [trace.low, trace.high];

    const there = left.at(w, -entropy), here = right.at(x, value);
    set(omega, { d: path(GRID.map((v) => left.at(v, -alpha * binaryEntropy(v)))) });
    set(rolled, { d: path([left.at(0, -value), left.at(1, x - value)]) });
    set(depths[0], { d: path([left.at(0, 0), left.at(0, -value)]) });
    set(depths[1], { d: path([right.at(x, 0), here]) });
    set(entropies[0], { d: path([left.at(w, 0), there]) });
    set(entropies[1], { d: path([right.at(0, 0), right.at(0, entropy)]) });
    set(conjugate, { d: path(Array.from({ length: 61 }, (_, i) => low + ((high - low) * i) / 60).map((v) => right.at(v, softplus(v, alpha)))) });
    const start = Math.max(FROM, (-0.25 - entropy) / w); // where the tangent leaves the panel
    set(tangent, { d: path([start, TO].map((v) => right.at(v, entropy + w * v))) });
    set(cut, { transform: `translate(${left.at(0, -value).map((v) => v.toFixed(1)).join(" ")})` });
    set(crossing, { transform: `translate(${right.at(0, entropy).map((v) => v.toFixed(1)).join(" ")})` });
    show(answer, shown);
    [there, here].forEach(([across, up], i) => set(names[i], { x: across + (i ? -20 : -4), y: up + (i ? -12 : 28) }));
    touch.draw(...there);
    score.draw(...here);
    controls.draw();
    write(reveal, shown ? "Hide the conjugate" : "Show the conjugate");

    const lines = [
      `−α H(w); slope ${words(x, 2)} at w = ${words(w, 3)}`, `the tangent cuts w = 0 at ${words(-value, 3)}`,
      `depth of that cut, over x: ${words(value, 3)}`, `slope ${words(w, 3)}; cuts at α H(w) = ${words(entropy, 3)}`,
    ];
    lines.forEach((words, i) => write(told[i], words));
    set(picture, { "aria-label": `Left, at α = ${words(alpha, 2)}: ${lines[0]}; ${lines[1]}. Right: ${lines.slice(2, shown ? 4 : 3).join("; the conjugate has ")}.` });
    say({ x: `slope ${words(x, 2)}`, alpha: `α = ${words(alpha, 2)}`, touch: `touches at w = ${words(w, 3)}`, cut: lines[1], answer: shown ? lines[3] : "" });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
