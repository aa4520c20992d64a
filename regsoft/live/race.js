// A race of three scores with Gumbel noise: draw, and the shares of wins approach softmax.
import { gumbel, gumbelDensity, logsumexp, softmax } from "./maths.js";
import {
  NARROW, begin, button, drag, follow, handle, html, label, path, plane, reset, set, show, sliders, stage, svg, voice,
  words, write,
} from "./kit.js";

// The places, in pixels, are those of race.py, which draws the still.
const [HEIGHT, TALL, LEFT, BASES, FLOOR, HIGH] = [382, 548, 52, [88, 160, 232], 334, 120]; // HIGH: pixels for the height 1 of alpha times the density
const [LOW, END, FULL, RUN] = [-4, 14, 100, 18]; // ends of the axis; draws up to which the histogram grows; pixels from a base down to its run
const COLOURS = ["blue", "orange", "green"].map((name) => `var(--rs-${name})`), NUMBERS = "₁₂₃";
const GRID = Array.from({ length: 181 }, (_, i) => LOW + i / 10);
const fine = (value) => Math.round(value * 100) / 100;
const scores = ["x1", "x2", "x3"];

/** A function that returns the noise of a seed, and keeps what it has computed so far. */
function noise() {
  let [known, values] = [null, []];
  return (seed, count) => {
    if (seed !== known) [known, values] = [seed, []];
    while (values.length < 3 * count) values.push(gumbel(seed, values.length));
    return values;
  };
}

function render({ model, el }) {
  const view = begin({ model, el }, 688);
  const say = voice(view), draws = noise();
  const scale = plane({ x: [LOW, END], y: [0, 1], xticks: [-4, 0, 4, 8, 12], xname: "score plus noise" });
  let [from, to, tops] = [480, 680, BASES]; // left and right end and bases of the bars

  const ink = (i) => ({ fill: "none", style: `stroke: ${COLOURS[i]}` });
  const rules = [...BASES, FLOOR].map(() => svg("path", { class: "rs-rule" }));
  const bumps = BASES.map((_, i) => svg("path", { ...ink(i), "stroke-width": 1.5 }));
  const runs = BASES.map((_, i) => svg("path", { ...ink(i), "stroke-width": 4 }));
  const goals = BASES.map((_, i) => svg("path", { d: "M0 -7L7 0L0 7L-7 0Z", style: `fill: ${COLOURS[i]}` }));
  const drop = svg("path", { class: "rs-line", "stroke-dasharray": "2 3" });
  const heights = svg("path", { "fill-opacity": 0.5, style: "fill: var(--rs-purple)" });
  const largest = svg("path", { fill: "none", "stroke-width": 2, "stroke-dasharray": "6 4", style: "stroke: var(--rs-purple)" });
  const bars = BASES.map((_, i) => svg("path", { style: `fill: ${COLOURS[i]}` }));
  const tracks = BASES.map(() => svg("path", { class: "rs-rule" }));
  const ticks = svg("path", { class: "rs-line", "stroke-width": 3 });
  const won = BASES.map(() => label(0, 0, "start", "")), shares = BASES.map(() => label(0, 0, "end", ""));
  const sides = BASES.map((_, i) => label(0, 0, "end", `x${NUMBERS[i]}`));
  const [drawn, top] = [0, 1].map(() => label(0, 0, "start", ""));
  const heads = ["each score is moved by α times its noise", "share of the wins"].map((words) => label(0, 14, "start", words));
  const names = [...BASES, FLOOR].map((base, i) => label(LEFT - 8, base + 4, "end", i < 3 ? `x${NUMBERS[i]}` : "largest"));
  const answer = svg("g", { class: "rs-fades" }, largest, ticks, ...shares, top);

  const starts = scores.map((key, i) => handle(view, key, `score x${NUMBERS[i]}`, { colour: `--rs-${["blue", "orange", "green"][i]}`, step: 0.1 }));
  const picture = stage(view, (width) => {
    const wide = width >= NARROW, right = wide ? width - 248 : width - 8;
    [from, to, tops] = wide ? [width - 208, width - 8, BASES] : [LEFT, width - 8, BASES.map((_, i) => 454 + 44 * i)];
    scale.place(LEFT, right, 40, FLOOR);
    [...BASES, FLOOR].forEach((base, i) => set(rules[i], { d: path([[LEFT, base], [right, base]]) }));
    tops.forEach((base, i) => {
      set(tracks[i], { d: path([[from, base], [to, base]]) });
      set(won[i], { x: from, y: base - 26 });
      set(shares[i], { x: to, y: base - 26 });
      set(sides[i], { x: from - 8, y: base - 6 });
      show(sides[i], !wide);
    });
    set(heads[1], wide ? { x: from, y: 14 } : { x: 0, y: 406 });
    set(drawn, wide ? { x: from, y: FLOOR - 26, "text-anchor": "start" } : { x: width - 8, y: 406, "text-anchor": "end" });
    set(top, wide ? { x: from, y: FLOOR - 8, "text-anchor": "start" } : { x: width - 8, y: 390, "text-anchor": "end" });
    return wide ? HEIGHT : TALL;
  },
  svg("g", { "aria-hidden": "true" }, ...heads, ...names, ...rules, scale.element, heights, drop, ...bumps, ...runs, ...goals,
    ...tracks, ...bars, ...won, ...sides, drawn, answer),
  ...starts.map(({ element }) => element));

  const { high } = view.controls.draws;
  const more = [1, 10, 100].map((count) => {
    const press = button(count === 1 ? "Draw 1" : count, () => view.put({ draws: view.get("draws") + count }));
    return set(press, { "aria-label": `Draw ${count}` });
  });
  const again = button("New noise", () => view.put({ seed: 1 + (view.get("seed") % view.controls.seed.high) }));
  const reveal = set(button("", () => view.put({ answer: !view.get("answer") })), { style: "min-width: 8rem" });
  const controls = sliders(view);
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons rs-tight" }, ...more, reset(view)),
    html("div", { class: "rs-buttons rs-tight" }, reveal, again), view.spoken);
  drag(picture, starts.map((start, i) => [start, (x) => view.put({ [scores[i]]: fine(scale.xAt(x)) })]));

  function draw() {
    const x = scores.map(view.get), [alpha, count, seed, answered] = ["alpha", "draws", "seed", "answer"].map(view.get);
    const values = draws(seed, count), wins = [0, 0, 0], chances = softmax(x, alpha), centre = logsumexp(x, alpha);
    const bins = new Array(Math.ceil((2 * (END - LOW)) / alpha)).fill(0); // each half as wide as alpha
    let last = [];
    for (let k = 0; k < count; k += 1) {
      last = x.map((score, i) => score + alpha * values[3 * k + i]);
      const height = Math.max(...last), bin = Math.floor((2 * (height - LOW)) / alpha);
      wins[last.indexOf(height)] += 1;
      if (bin >= 0 && bin < bins.length) bins[bin] += 1;
    }
    const winner = last.indexOf(Math.max(...last)), across = (value) => scale.across(Math.min(Math.max(value, LOW), END));
    const curve = (middle, base) => path(GRID.map((t) => [scale.across(t), base - HIGH * gumbelDensity(t, middle, alpha)]));

    BASES.forEach((base, i) => {
      set(bumps[i], { d: curve(x[i], base) });
      starts[i].draw(scale.across(x[i]), base);
      set(runs[i], { d: count ? path([[scale.across(x[i]), base + RUN], [across(last[i]), base + RUN]]) : "" });
      show(goals[i], count > 0);
      if (count) set(goals[i], { transform: `translate(${across(last[i]).toFixed(1)} ${base + RUN})` });
      const share = count ? wins[i] / count : 0, place = (part) => from + part * (to - from);
      set(bars[i], { d: `M${from} ${tops[i]}V${tops[i] - 20}H${place(share).toFixed(1)}V${tops[i]}Z` });
      write(won[i], `${wins[i]} won${count ? `: ${words(share, 3)}` : ""}`);
      write(shares[i], `softmax ${words(chances[i], 3)}`);
    });
    set(ticks, { d: chances.map((share, i) => `M${(from + share * (to - from)).toFixed(1)} ${tops[i] - 23}V${tops[i] + 3}`).join("") });
    set(drop, { d: count ? path([[across(last[winner]), BASES[winner] + RUN], [across(last[winner]), FLOOR]]) : "" });
    set(largest, { d: curve(centre, FLOOR) });
    set(heights, { d: bins.map((number, k) => {
      const [left, right] = [k, k + 1].map((edge) => across(LOW + (edge * alpha) / 2).toFixed(1));
      const up = Math.min((2 * HIGH * number) / Math.max(count, FULL), FLOOR - BASES[2] - 12);
      return number ? `M${left} ${FLOOR}V${(FLOOR - up).toFixed(1)}H${right}V${FLOOR}Z` : "";
    }).join("") });
    write(drawn, `${count} ${count === 1 ? "draw" : "draws"}${count === high ? ", the maximum" : ""}`);
    write(top, `top at logsumexp ${words(centre, 3)}`);
    show(answer, answered);
    controls.draw();
    write(reveal, answered ? "Hide softmax" : "Show softmax");

    const given = `scores ${x.map((score) => words(score, 2)).join(", ")}`, soft = `α = ${words(alpha, 2)}`;
    const wonAll = `${drawn.textContent}: ${wins.join(", ")} won`, told = answered ? `softmax ${chances.map((share) => words(share, 3)).join(", ")}; the largest has its ${top.textContent}` : "";
    const lastOne = count ? `x${NUMBERS[winner]} won the last draw, at ${words(last[winner], 2)}` : "";
    set(picture, { "aria-label": `A race with Gumbel noise, ${given}, ${soft}: ${[wonAll, lastOne, told].filter(Boolean).join("; ")}.` });
    say({ given, alpha: soft, wonAll, lastOne, told });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
