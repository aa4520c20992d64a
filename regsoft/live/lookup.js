// A soft look-up among five keys on a circle: turn the query, and see what it reads.
import { softmax, sum } from "./maths.js";
import {
  NARROW, begin, button, dot, drag, follow, html, label, path, plane, reset, set, show, sliders, stage, svg, voice,
  words, write,
} from "./kit.js";

// The places, in pixels, are those of lookup.py, which draws the still.
const [HEIGHT, TALL, CENTRE, LOW, RADIUS, DIAL, NAMES] = [384, 566, 172, 208, 110, 134, 156];
const DEGREES = [10, 75, 140, 215, 300], TURN = 5; // angles of the keys; how far an arrow key turns the query
const unit = (degrees) => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
const KEYS = DEGREES.map(unit);
const ROUND = Array.from({ length: 241 }, (_, i) => 1.5 * i);
const fine = (value) => Math.round(value * 10) / 10;
const within = (degrees) => degrees - 360 * Math.ceil((degrees - 180) / 360); // above -180, at most 180

/** The weights of the keys for a query at an angle, and the output. */
function read(degrees, alpha) {
  const [x, y] = unit(degrees), weights = softmax(KEYS.map((key) => x * key[0] + y * key[1]), alpha);
  return { weights, output: [0, 1].map((i) => sum(KEYS.map((key, k) => weights[k] * key[i]))) };
}

function render({ model, el }) {
  const view = begin({ model, el }, 640);
  const say = voice(view);
  const scale = plane({ x: [0.5, 5.5], y: [0, 1], yticks: [0, 0.5, 1], xticks: [1, 2, 3, 4, 5], xname: "key", yname: "weight" });
  let [middle, radius] = [CENTRE, RADIUS];
  const at = ([x, y], far = radius) => [middle + far * x, LOW - far * y];

  const blue = "--rs-blue", purple = "fill: var(--rs-purple)";
  const dial = svg("circle", { class: "rs-rule", cy: LOW }), frame = svg("path", { class: "rs-line" });
  const outputs = svg("path", { fill: "none", "stroke-width": 2.5, "stroke-dasharray": "5 3", style: "stroke: var(--rs-purple)" });
  const pulls = KEYS.map(() => svg("path", { fill: "none", "stroke-opacity": 0.35, style: `stroke: var(${blue})` }));
  const arrow = svg("path", { fill: "none", "stroke-width": 2, style: "stroke: var(--rs-orange)" });
  const keys = KEYS.map(() => svg("circle", { r: 5, style: `fill: var(${blue})` }));
  const names = KEYS.map((_, i) => label(0, 0, "middle", i + 1));
  const output = svg("path", { d: "M-6 -6H6V6H-6Z", style: purple });
  const bars = KEYS.map(() => svg("path", { style: `fill: var(${blue})` })), shares = KEYS.map(() => label(0, 0, "middle", ""));
  const told = svg("text", { x: 34, y: 14 });
  const sample = set(output.cloneNode(), { transform: "translate(13 10) scale(0.8)" });
  const others = svg("g", { class: "rs-fades" }, outputs, set(outputs.cloneNode(), { d: "M0 28H26" }),
    label(34, 32, "start", "the outputs of all queries"));

  const turn = (degrees) => view.put({ angle: within(fine(degrees)) });
  const tip = dot(view, "angle of the query, in degrees", {
    colour: "--rs-orange", key: "angle",
    step: (across, up) => turn(view.get("angle") + TURN * (up - across)),
    tell: () => ({ now: view.get("angle"), low: -180, high: 180, text: `${words(view.get("angle"), 0)} degrees` }),
  });
  const name = svg("text", { class: "rs-name", "text-anchor": "middle" }, "q");
  const picture = stage(view, (width) => {
    const wide = width >= NARROW;
    [middle, radius] = wide ? [CENTRE, RADIUS] : [width / 2, Math.min(RADIUS, width / 2 - 54)];
    if (wide) scale.place(384, width - 8, 76, 336);
    else scale.place(40, width - 8, 406, 518);
    set(dial, { cx: middle, r: radius + DIAL - RADIUS });
    set(frame, { d: `${path(KEYS.map((key) => at(key)))}Z` });
    KEYS.forEach((key, i) => {
      const [x, y] = at(key), [far, high] = at(key, radius + NAMES - RADIUS);
      set(keys[i], { cx: x.toFixed(1), cy: y.toFixed(1) });
      set(names[i], { x: far.toFixed(1), y: (high + 4).toFixed(1) });
    });
    return wide ? HEIGHT : TALL;
  },
  svg("g", { "aria-hidden": "true" }, sample, told, dial, frame, ...pulls, others, arrow, ...keys, ...names, scale.element, ...bars, ...shares, name),
  tip.element, svg("g", { class: "rs-above", "aria-hidden": "true" }, output));

  const controls = sliders(view);
  const reveal = button("Show all outputs", () => view.put({ answer: !view.get("answer") }));
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, reveal, reset(view)), view.spoken);
  const aim = (x, y) => turn((Math.atan2(LOW - y, x - middle) * 180) / Math.PI);
  drag(picture, [[tip, aim]], (x, y) => { if (Math.hypot(x - middle, y - LOW) < radius + 46) aim(x, y); });

  function draw() {
    const [angle, alpha, answered] = ["angle", "alpha", "answer"].map(view.get), query = unit(angle);
    const { weights, output: place } = read(angle, alpha), best = weights.indexOf(Math.max(...weights));
    const end = at(query, radius + DIAL - RADIUS);

    set(outputs, { d: path(ROUND.map((degrees) => at(read(degrees, alpha).output))) });
    set(arrow, { d: path([[middle, LOW], end]) });
    set(output, { transform: `translate(${at(place).map((v) => v.toFixed(1)).join(" ")})` });
    KEYS.forEach((key, i) => {
      set(pulls[i], { d: path([at(place), at(key)]), "stroke-width": (14 * weights[i]).toFixed(1) });
      const [left, right] = [0.7, 1.3].map((part) => scale.across(i + part)), top = scale.up(weights[i]);
      set(bars[i], { d: `${path([[left, scale.up(0)], [left, top], [right, top], [right, scale.up(0)]])}Z` });
      set(shares[i], { x: scale.across(i + 1).toFixed(1), y: (top - 6).toFixed(1) });
      write(shares[i], words(weights[i], 2));
    });
    tip.draw(...end);
    set(name, { x: end[0] - 22 * query[0] + 12 * query[1], y: end[1] + 22 * query[1] + 12 * query[0] + 4 });
    show(others, answered);
    controls.draw();
    write(reveal, answered ? "Hide all outputs" : "Show all outputs");

    const found = `output (${place.map((value) => words(value, 2)).join(", ")})`;
    write(told, `${found}, the mean of the keys`);
    const most = `most weight on key ${best + 1}: ${words(weights[best], 2)}`;
    const turned = `query at ${words(angle, 0)}°`, soft = `α = ${words(alpha, 3)}`;
    const all = answered ? `the outputs of all queries are ${alpha < 0.2 ? "nearly the pentagon" : "a curve in the pentagon"}` : "";
    const listed = `weights ${weights.map((share) => words(share, 2)).join(", ")}`;
    set(picture, { "aria-label": `Five keys on a circle, ${turned}, ${soft}: ${[found, listed, all].filter(Boolean).join("; ")}.` });
    say({ angle: turned, alpha: soft, most, found, all });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
