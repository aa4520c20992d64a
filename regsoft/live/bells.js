// Two bell curves over a measurement, and below them the probability of "yes" and its log-odds.
import { logit, sigmoid } from "./maths.js";
import {
  begin, button, drag, follow, handle, html, label, path, plane, reset, set, show, sliders, stage, svg, voice, words, write,
} from "./kit.js";

// The places, in pixels, are those of bells.py, which draws the still. RIGHT is a distance from the right edge.
const [HEIGHT, LEFT, RIGHT, FROM, TO, MOST] = [498, 40, 24, -5, 5, 6];
const BOXES = [[52, 186], [234, 314], [362, 452]]; // top and base of each panel
const GRID = Array.from({ length: 121 }, (_, i) => FROM + ((TO - FROM) * i) / 120);
const fine = (value) => Math.round(value * 1000) / 1000;

/** The density of the normal distribution. */
const bell = (z, mean, width) => Math.exp(-(((z - mean) / width) ** 2) / 2) / (width * Math.sqrt(2 * Math.PI));

/** The logarithm of the ratio of the heights of "yes" and "no". */
const logOdds = (z, a, b, q, s) => logit(q) - Math.log(s) + ((z - a) ** 2 - ((z - b) / s) ** 2) / 2;

/** The points at which the log-odds have a given value; an empty list if there are none. */
function places(value, a, b, q, s) {
  const [square, slope, start] = [(1 - 1 / s ** 2) / 2, b / s ** 2 - a, logOdds(0, a, b, q, s) - value];
  if (square === 0) return slope === 0 ? [] : [-start / slope];
  const root = Math.sqrt(slope ** 2 - 4 * square * start);
  return Number.isNaN(root) ? [] : [-1, 1].map((side) => (-slope + side * root) / (2 * square));
}

/** Which curve is higher, and by what factor. */
function ratio(odds) {
  const times = Math.abs(odds) > Math.log(9999) ? "over 9999" : words(Math.exp(Math.abs(odds)), 2);
  const [higher, lower] = odds >= 0 ? ["yes", "no"] : ["no", "yes"];
  return `“${higher}” is ${times} times as high as “${lower}”`;
}

function render({ model, el }) {
  const view = begin({ model, el }, 600);
  const say = voice(view);
  const heights = plane({ x: [FROM, TO], y: [0, 0.43] });
  const chance = plane({ x: [FROM, TO], y: [0, 1], yticks: [0, 0.5, 1], yname: "probability of “yes” at z" });
  const odds = plane({ x: [FROM, TO], y: [-MOST, MOST], xticks: [-4, -2, 0, 2, 4], yticks: [-4, 0, 4], xname: "measurement z", yname: "its log-odds x" });

  const colours = ["--rs-blue", "--rs-orange"];
  const areas = colours.map((colour) => svg("path", { "fill-opacity": 0.15, stroke: "none", style: `fill: var(${colour})` }));
  const bells = colours.map((colour) => svg("path", { class: "rs-line", "stroke-width": 2.5, style: `stroke: var(${colour})` }));
  const bars = colours.map((colour) => svg("path", { class: "rs-line", "stroke-width": 5, style: `stroke: var(${colour})` }));
  const purple = () => svg("path", { class: "rs-line", "stroke-width": 2.5, style: "stroke: var(--rs-purple)" });
  const [posterior, line] = [purple(), purple()];
  const vertical = svg("path", { class: "rs-line", "stroke-width": 1, "stroke-dasharray": "3 3", "stroke-opacity": 0.6 });
  const dots = [0, 1].map(() => svg("circle", { r: 5, style: "fill: var(--rs-purple)" }));
  const told = [14, 32].map((y) => label(8, y, "start", ""));
  const names = ["no", "yes", "z"].map((name) => svg("text", { class: "rs-name" }, name));

  const tops = [
    handle(view, "a", "mean a of the bell of “no”", { colour: "--rs-blue", step: 0.05 }),
    handle(view, "b", "mean b of the bell of “yes”", { colour: "--rs-orange", step: 0.05 }),
  ];
  const value = handle(view, "z", "measurement z", { colour: "--rs-ink", step: 0.05 });
  let trace = null; // the range in which the reader has moved z, and the parameters of the curves it belongs to
  const picture = stage(view, (width) => {
    [heights, chance, odds].forEach((panel, i) => panel.place(LEFT, width - RIGHT, ...BOXES[i]));
    return HEIGHT;
  },
  svg("g", { "aria-hidden": "true" }, heights.element, chance.element, odds.element, ...areas, ...bells, vertical, ...bars, posterior, line, ...dots, ...told),
  ...tops.map(({ element }) => element), value.element, svg("g", { class: "rs-above", "aria-hidden": "true" }, ...names));

  const controls = sliders(view, 3);
  const reveal = button("Show the curves", () => view.put({ answer: !view.get("answer") }));
  const back = reset(view);
  back.addEventListener("click", () => {
    trace = null;
    draw();
  });
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, reveal, back), view.spoken);
  drag(picture, [
    [tops[0], (x) => view.put({ a: fine(heights.xAt(x)) })],
    [tops[1], (x) => view.put({ b: fine(heights.xAt(x)) })],
    [value, (x) => view.put({ z: fine(heights.xAt(x)) })],
  ], (x) => view.put({ z: fine(heights.xAt(x)) }));

  function draw() {
    const [a, b, z, q, s, answered] = ["a", "b", "z", "q", "s", "answer"].map(view.get);
    const curves = [(v) => (1 - q) * bell(v, a, 1), (v) => q * bell(v, b, s)], x = (v) => logOdds(v, a, b, q, s);
    const bellsNow = [a, b, q, s].join();
    if (trace?.bells !== bellsNow) trace = { bells: bellsNow, low: z, high: z };
    trace.low = Math.min(trace.low, z);
    trace.high = Math.max(trace.high, z);
    const [low, high] = answered ? [FROM, TO] : [trace.low, trace.high];
    const ends = [-MOST, MOST].flatMap((edge) => places(edge, a, b, q, s));
    const shown = [...GRID, ...ends, low, high].filter((v) => low <= v && v <= high).sort((one, other) => one - other);

    curves.forEach((curve, i) => {
      const across = GRID.map((v) => heights.at(v, curve(v)));
      set(bells[i], { d: path(across) });
      set(areas[i], { d: `${path([heights.at(FROM, 0), ...across, heights.at(TO, 0)])}Z` });
      const [foot, top] = [heights.at(z, 0), heights.at(z, curve(z))].map(([left, up]) => [left + 6 * i - 3, up]);
      set(bars[i], { d: path([foot, top]) });
    });
    set(vertical, { d: [[chance, [0, 1]], [odds, [MOST, -MOST]]].map(([panel, ends]) => path(ends.map((end) => panel.at(z, end)))).join("") });
    set(posterior, { d: path(shown.map((v) => chance.at(v, sigmoid(x(v))))) });
    let outside = true; // whether the last point lay outside the panel; only what lies inside is drawn
    set(line, { d: shown.map((v) => {
      const inside = Math.abs(x(v)) <= MOST + 1e-9, step = outside ? "M" : "L";
      outside = !inside;
      return inside ? step + odds.at(v, x(v)).map((place) => place.toFixed(1)).join(" ") : "";
    }).join("") });
    const now = x(z), spots = [chance.at(z, sigmoid(now)), odds.at(z, now)];
    spots.forEach(([cx, cy], i) => set(dots[i], { cx, cy }));
    show(dots[1], Math.abs(now) <= MOST);

    const sides = a <= b ? [-1, 1] : [1, -1];
    [a, b].forEach((mean, i) => {
      const [left, up] = heights.at(mean, curves[i](mean));
      tops[i].draw(left, up);
      set(names[i], { x: left + 15 * sides[i], y: up + 4, "text-anchor": sides[i] > 0 ? "start" : "end" });
    });
    value.draw(...heights.at(z, 0));
    set(names[2], { x: heights.across(z) + 14, y: heights.up(0) + 15 });
    controls.draw();
    write(reveal, answered ? "Hide the curves" : "Show the curves");

    const lines = [ratio(now), `log-odds x = ${words(now, 2)}, probability σ(x) = ${words(sigmoid(now), 3)}`];
    lines.forEach((text, i) => write(told[i], text));
    const shape = answered ? `the log-odds are ${s === 1 ? `a line of slope ${words(b - a, 2)}` : "a parabola"}` : "";
    const no = `“no” about ${words(a, 2)}`, yes = `“yes” about ${words(b, 2)}, of width ${words(s, 2)} and share ${words(q, 2)}`;
    set(picture, { "aria-label": `Two bells: ${[no, yes, `at z = ${words(z, 2)}, ${lines[0]}`, lines[1], shape].filter(Boolean).join("; ")}.` });
    say({ a: no, b: yes, z: `z = ${words(z, 2)}`, ratio: lines[0], result: lines[1], shape });
  }
  follow(view, draw);
  return view.close;
}

export { bell, logOdds };
export default { render };
