// The divergence of two coins as the gap that minus the entropy leaves above its tangent: drag both along the curve.
import { binaryEntropy, klDivergence, logit } from "./maths.js";
import {
  begin, button, drag, follow, handle, html, path, plane, reset, set, show, sliders, stage, svg, voice, words, write,
} from "./kit.js";

// The places, in pixels, are those of divergence.py, which draws the still.
const [HEIGHT, LEFT, RIGHT, TOP, BASE] = [424, 40, 24, 84, 380]; // RIGHT is a distance from the right edge
const LOWEST = -2.1;
const GRID = Array.from({ length: 81 }, (_, i) => Math.sin((Math.PI * i) / 160) ** 2); // dense at the ends: steep there
const fine = (value) => Math.round(value * 1000) / 1000;
const divergence = (w, q) => klDivergence([w, 1 - w], [q, 1 - q]);

function render({ model, el }) {
  const view = begin({ model, el });
  const say = voice(view);
  const scale = plane({ x: [0, 1], y: [LOWEST, 0.1], xticks: [0, 0.25, 0.5, 0.75, 1], yticks: [-2, -1.5, -1, -0.5, 0], xname: "probability of heads" });

  const curve = svg("path", { fill: "none", "stroke-width": 2.5, style: "stroke: var(--rs-blue)" });
  const tangent = svg("path", { class: "rs-line", "stroke-width": 1.2, "stroke-dasharray": "6 4" });
  const parabola = svg("path", { fill: "none", "stroke-width": 1.2, "stroke-dasharray": "8 3 2 3", style: "stroke: var(--rs-green)" });
  const gap = svg("path", { fill: "none", "stroke-width": 4, style: "stroke: var(--rs-orange)" });
  const ghost = svg("path", { fill: "none", "stroke-width": 1.5, style: "stroke: var(--rs-orange)" });
  const short = (mark, x, y) => set(mark.cloneNode(), { d: path([[x, y], [x + 18, y]]) });
  const text = (x, y, words = "") => svg("text", { x, y }, words);
  const [one, other] = [text(LEFT + 24, 50), text(LEFT + 24, 68)];
  const key = [
    short(curve, LEFT, 10), text(LEFT + 24, 14, "minus the entropy"), short(tangent, LEFT + 150, 10), text(LEFT + 174, 14, "tangent at q"),
    short(parabola, LEFT, 28), text(LEFT + 24, 32, "tangent + 2 (w − q)²"), short(gap, LEFT, 46), one,
  ];
  const swapped = svg("g", { class: "rs-fades" }, ghost, set(ghost.cloneNode(), { d: `M${LEFT} 61h18v6h-18Z` }), other);
  const names = ["w", "q"].map((name) => svg("text", { class: "rs-name", "text-anchor": "middle" }, name));

  const point = handle(view, "w", "w, where the gap is measured", { colour: "--rs-orange", step: 0.01 });
  const foot = handle(view, "q", "q, where the tangent touches", { colour: "--rs-ink", step: 0.01 });
  const picture = stage(view, (width) => {
    scale.place(LEFT, width - RIGHT, TOP, BASE);
    return HEIGHT;
  },
  svg("g", { "aria-hidden": "true" }, ...key, scale.element, tangent, parabola, curve, gap, swapped), foot.element, point.element,
  svg("g", { class: "rs-above", "aria-hidden": "true" }, ...names));

  const controls = sliders(view);
  const swap = button("Swap w and q", () => view.put({ w: view.get("q"), q: view.get("w"), both: true }));
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, swap, reset(view)), view.spoken);
  drag(picture, [
    [point, (x) => view.put({ w: fine(scale.xAt(x)) })],
    [foot, (x) => view.put({ q: fine(scale.xAt(x)) })],
  ], (x) => view.put({ w: fine(scale.xAt(x)) }));

  function draw() {
    const [w, q, both] = ["w", "q", "both"].map(view.get);
    const at = (v) => scale.at(v, -binaryEntropy(v)), slope = logit(q);
    const line = (v) => slope * (v - q) - binaryEntropy(q), [now, then] = [divergence(w, q), divergence(q, w)];
    set(curve, { d: path(GRID.map(at)) });
    const leaves = q + (LOWEST + binaryEntropy(q)) / slope; // where the tangent leaves the picture
    const ends = [0, 1].map((v) => (line(v) < LOWEST ? leaves : v));
    set(tangent, { d: path(ends.map((v) => scale.at(v, line(v)))) });
    const below = GRID.map((v) => [v, line(v) + 2 * (v - q) ** 2]);
    set(parabola, { d: path(below.map(([v, height]) => scale.at(v, height))) });
    set(gap, { d: path([scale.at(w, line(w)), at(w)]) });
    const side = scale.across(w) + (w < q ? -12 : 6), [base, top] = [scale.up(line(w)), scale.up(line(w) + then)];
    set(ghost, { d: `${path([[side, base], [side, top], [side + 6, top], [side + 6, base]])}Z` });
    show(swapped, both);
    write(one, `gap at w: KL(w‖q) = ${words(now, 3)}`);
    write(other, `swapped: KL(q‖w) = ${words(then, 3)}`);
    const apart = Math.abs(scale.across(w) - scale.across(q)) < 20 ? (w < q ? -8 : 8) : 0;
    [[w, apart], [q, -apart]].forEach(([v, aside], i) => {
      const [x, y] = at(v);
      set(names[i], { x: x + aside, y: y - 17 });
    });
    point.draw(...at(w));
    foot.draw(...at(q));
    controls.draw();
    const found = both ? [one.textContent, other.textContent] : [one.textContent];
    set(picture, { "aria-label": `Minus the entropy of a coin with its tangent at q = ${words(q, 2)}; at w = ${words(w, 2)}, ${found.join("; ")}.` });
    say({ w: `w = ${words(w, 2)}`, q: `q = ${words(q, 2)}`, one: one.textContent, other: both ? other.textContent : "" });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
