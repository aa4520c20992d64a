// A line plus an arch is a hill: the objective w x + alpha H(w) as the sum of its two parts.
import { binaryEntropy, sigmoid, sigmoidObjective } from "./maths.js";
import { NARROW, begin, drag, follow, handle, html, path, plane, reset, set, sliders, stage, svg, voice, words, write } from "./kit.js";

// The places, in pixels, are those of hill.py, which draws the still. Each panel: left, right, top, base.
const WIDE = (width) => {
  const step = (width + 68) / 3;
  return { panels: [0, 1, 2].map((i) => [8 + step * i, step * (i + 1) - 76, 56, 230]), signs: [[step - 34, 158], [2 * step - 34, 158]], height: 240 };
};
const PHONE = (width) => {
  const middle = (width + 24) / 2;
  return {
    panels: [[32, middle - 18, 228, 330], [middle + 18, width - 8, 228, 330], [32, width - 8, 46, 172]],
    signs: [[middle, 204], [10, 204]], height: 338,
  };
};
const GRID = Array.from({ length: 61 }, (_, i) => Math.sin((Math.PI * i) / 120) ** 2); // dense at the ends: steep there
const BACK = [...GRID].reverse();
const fine = (value) => Math.round(value * 1000) / 1000;

function render({ model, el }) {
  const view = begin({ model, el }, 688);
  const say = voice(view);
  const panels = [0, 1, 2].map(() => plane({ x: [0, 1], y: [-1, 2.1] }));
  const area = (colour) => svg("path", { "fill-opacity": 0.25, stroke: "none", style: `fill: var(${colour})` });
  const curve = (colour) => svg("path", { class: "rs-line", "stroke-width": 2.5, style: `stroke: var(${colour})` });
  const areas = ["--rs-blue", "--rs-orange", "--rs-blue", "--rs-orange"].map(area);
  const curves = ["--rs-blue", "--rs-orange", "--rs-purple"].map(curve);
  const axes = panels.map(() => svg("path", { class: "rs-line", "stroke-width": 0.8 }));
  const ticks = panels.map(() => [0, 1].map((end) => svg("text", { "text-anchor": "middle" }, end)));
  const titles = ["w x", "α H(w)", "w x + α H(w)"].map((title) => svg("text", { class: "rs-name", "text-anchor": "middle", style: "font-size: 15px" }, title));
  const notes = panels.map(() => svg("text", { "text-anchor": "middle" }));
  const signs = ["+", "="].map((sign) => svg("text", { "text-anchor": "middle", style: "font-size: 24px" }, sign));
  const stem = svg("path", { fill: "none", "stroke-width": 1.5, "stroke-dasharray": "6 4", style: "stroke: var(--rs-green)" });
  const top = svg("path", { d: "M0 -10L10 0L0 10L-10 0Z", style: "fill: var(--rs-green)" });

  const score = handle(view, "x", "score x, the height of the line at w = 1", { colour: "--rs-blue", step: 0.05 });
  const weight = handle(view, "alpha", "weight α, the height of the arch", { colour: "--rs-orange", step: 0.05 });
  const picture = stage(view, (width) => {
    const layout = (width < NARROW ? PHONE : WIDE)(width);
    panels.forEach((panel, i) => {
      const [left, right, high] = layout.panels[i], middle = (left + right) / 2;
      panel.place(...layout.panels[i]);
      set(axes[i], { d: path([panel.at(0, 0), panel.at(1, 0)]) });
      ticks[i].forEach((tick, end) => set(tick, { x: panel.across(end) }));
      set(titles[i], { x: middle, y: high - 32 });
      set(notes[i], { x: middle, y: high - 14 });
    });
    layout.signs.forEach(([x, y], i) => set(signs[i], { x, y }));
    return layout.height;
  },
  svg("g", { "aria-hidden": "true" }, ...axes, ...areas, stem, ...curves, top, ...ticks.flat(), ...titles, ...notes, ...signs),
  score.element, weight.element);

  const controls = sliders(view, 1);
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, reset(view)), view.spoken);
  drag(picture, [
    [score, (_, y) => view.put({ x: fine(panels[0].yAt(y)) })],
    [weight, (_, y) => view.put({ alpha: fine(panels[1].yAt(y) / Math.LN2) })], // at w = 1/2
  ]);

  function draw() {
    const x = view.get("x"), alpha = view.get("alpha"), best = sigmoid(x, alpha), [line, arch, sum] = panels;
    const linear = (w) => w * x, entropy = (w) => alpha * binaryEntropy(w), hill = (w) => sigmoidObjective(w, x, alpha);
    const between = ({ at }, low, high) => `${path([...GRID.map((w) => at(w, high(w))), ...BACK.map((w) => at(w, low(w)))])}Z`;
    const floor = () => 0;
    [[line, floor, linear], [arch, floor, entropy], [sum, floor, linear], [sum, linear, hill]].forEach((part, i) => set(areas[i], { d: between(...part) }));
    [[line, linear], [arch, entropy], [sum, hill]].forEach(([{ at }, value], i) => set(curves[i], { d: path(GRID.map((w) => at(w, value(w)))) }));
    set(stem, { d: path([sum.at(best, 0), sum.at(best, hill(best))]) });
    set(top, { transform: `translate(${sum.at(best, hill(best)).map((v) => v.toFixed(1)).join(" ")})` });
    // So that the numbers do not touch the line
    ticks.forEach((ends, i) => ends.forEach((tick) => set(tick, { y: panels[i].up(0) + (x < 0 && i !== 1 ? -8 : 20) })));
    score.draw(...line.at(1, x));
    weight.draw(...arch.at(0.5, entropy(0.5)));
    const end = x === 0 ? "level" : `largest at ${Number(x > 0)}`, place = `largest at σ(x/α) = ${words(best, 3)}`;
    [end, "largest at 1/2", place].forEach((text, i) => write(notes[i], text));
    controls.draw();
    const told = { x: `score ${words(x, 2)}`, alpha: `α = ${words(alpha, 2)}`, end: `the line w x is ${end}`, place: `their sum is a hill, ${place}` };
    set(picture, { "aria-label": `For ${told.x} and ${told.alpha}, ${told.end}, the arch α H(w) is largest at 1/2, and ${told.place}.` });
    say(told);
  }
  follow(view, draw);
  return view.close;
}

export default { render };
