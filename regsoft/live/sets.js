// The best points of three sets for the same two scores: raise both scores together, and see which points do not move.
import { sigmoid, softmax } from "./maths.js";
import {
  NARROW, begin, button, dot, drag, follow, html, path, plane, reset, set, show, sliders, stage, svg, voice, words, write,
} from "./kit.js";

// The places, in pixels, are those of sets.py, which draws the still: boxes of scores and of shares, and the height.
const WIDE = { scores: [44, 300, 92, 348], shares: [404, 660, 92, 348], height: 396 };
const TALL = { scores: [44, 264, 92, 312], shares: [44, 264, 404, 624], height: 672 };
const [SHIFT, END] = [4, 6]; // the largest common shift, and the largest score
const FAR = Array.from({ length: 61 }, (_, i) => i / 2 - 15); // common shifts of a path
const NAMES = ["segment", "triangle", "square"];
const fine = (value) => Math.round(value * 1000) / 1000;

const best = (x, alpha) => [
  softmax(x, alpha),
  softmax([...x, 0], alpha).slice(0, 2),
  x.map((score) => sigmoid(score, alpha)),
];

function render({ model, el }) {
  const view = begin({ model, el }, 688);
  const say = voice(view);
  const scores = plane({ x: [-END, END], y: [-END, END], xticks: [-6, -3, 0, 3, 6], yticks: [-6, -3, 0, 3, 6], xname: "score x₁", yname: "score x₂" });
  const shares = plane({ x: [0, 1], y: [0, 1], xticks: [0, 0.5, 1], yticks: [0, 0.5, 1], xname: "share w₁", yname: "share w₂" });
  const of = (c, gap) => [c + gap / 2, c - gap / 2];
  const ends = (line) => path([line[0], line[1]].map((c) => scores.at(...of(c, view.get("gap")))));

  const frame = svg("path", { class: "rs-rule", "stroke-width": 1.5 });
  const together = svg("path", { class: "rs-line", "stroke-dasharray": "6 4" });
  const square = svg("path", { fill: "none", "stroke-width": 1.5, style: "stroke: var(--rs-green)" });
  const triangle = svg("path", { style: "fill: var(--rs-orange)", "fill-opacity": 0.15 });
  const segment = svg("path", { fill: "none", "stroke-width": 3, style: "stroke: var(--rs-blue)" });
  const ways = ["--rs-orange", "--rs-green"].map((colour) =>
    svg("path", { fill: "none", "stroke-width": 1.5, "stroke-dasharray": "4 3", style: `stroke: var(${colour})` }));
  const paths = svg("g", { class: "rs-fades" }, ...ways);
  const marks = [
    svg("path", { d: "M0 -10L10 0L0 10L-10 0Z", style: "fill: var(--rs-blue)" }),
    svg("circle", { r: 6, style: "fill: var(--rs-orange)" }),
    svg("path", { d: "M-6 -6H6V6H-6Z", fill: "none", "stroke-width": 2.5, style: "stroke: var(--rs-green)" }),
  ];
  const key = marks.map((mark, i) => set(mark.cloneNode(), { transform: `translate(10 ${12 + 20 * i}) scale(0.8)` }));
  const legend = marks.map((_, i) => svg("text", { x: 26, y: 16 + 20 * i }));

  const point = dot(view, "the two scores", {
    colour: "--rs-ink", key: "point",
    step: (across, up) => view.put({ c: view.get("c") + (0.1 * (across + up)) / 2, gap: view.get("gap") + 0.1 * (across - up) }),
    tell: () => ({ now: view.get("c"), low: -SHIFT, high: SHIFT, text: of(view.get("c"), view.get("gap")).map((x) => words(x, 2)).join(", ") }),
  });
  const picture = stage(view, (width) => {
    const place = width < NARROW ? TALL : WIDE;
    scores.place(...place.scores);
    shares.place(...place.shares);
    set(frame, { d: `${path([[SHIFT, 4], [SHIFT, -4], [-SHIFT, -4], [-SHIFT, 4]].map((corner) => scores.at(...of(...corner))))}Z` });
    const corner = ([across, up]) => shares.at(across, up);
    set(square, { d: `${path([[0, 0], [1, 0], [1, 1], [0, 1]].map(corner))}Z` });
    set(triangle, { d: `${path([[0, 0], [1, 0], [0, 1]].map(corner))}Z` });
    set(segment, { d: path([[1, 0], [0, 1]].map(corner)) });
    return place.height;
  },
  svg("g", { "aria-hidden": "true" }, ...key, ...legend, scores.element, frame, together, shares.element, triangle, square, segment, paths),
  point.element, svg("g", { class: "rs-above", "aria-hidden": "true" }, ...marks));

  const controls = sliders(view);
  const reveal = button("Show the paths", () => view.put({ paths: !view.get("paths") }));
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, reveal, reset(view)), view.spoken);
  const move = (x, y) => {
    const [first, second] = [scores.xAt(x), scores.yAt(y)];
    view.put({ c: fine((first + second) / 2), gap: fine(first - second) });
  };
  drag(picture, [[point, move]], (x, y) => {
    if (Math.max(Math.abs(scores.xAt(x)), Math.abs(scores.yAt(y))) < END) move(x, y);
  });

  function draw() {
    const [c, gap, alpha, shown] = ["c", "gap", "alpha", "paths"].map(view.get);
    const x = of(c, gap), points = best(x, alpha);
    set(together, { d: ends([-SHIFT, SHIFT]) });
    marks.forEach((mark, i) => set(mark, { transform: `translate(${shares.at(...points[i]).map((v) => v.toFixed(1)).join(" ")})` }));
    ways.forEach((way, i) => set(way, { d: path(FAR.map((shift) => shares.at(...best(of(shift * alpha, gap), alpha)[i + 1]))) }));
    show(paths, shown);
    point.draw(...scores.at(...x));
    controls.draw();
    write(reveal, shown ? "Hide the paths" : "Show the paths");

    const told = points.map((w, i) => `${NAMES[i]} (${w.map((share) => words(share, 3)).join(", ")}), sum ${words(w[0] + w[1], 3)}`);
    told.forEach((line, i) => write(legend[i], line));
    const both = `scores ${x.map((score) => words(score, 2)).join(" and ")}`;
    set(picture, { "aria-label": `Best points for the ${both} at α = ${words(alpha, 2)}: ${told.join("; ")}.` });
    say({ alpha: `α = ${words(alpha, 2)}`, both, ...told });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
