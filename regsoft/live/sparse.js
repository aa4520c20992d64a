// Sparse shares of three options: drag the scores in their plane, and see them as pillars in water whose level is the threshold.
import { clamp, entmax, reach } from "./maths.js";
import {
  NARROW, begin, button, dot, drag, follow, handle, html, label, path, reset, set, short, show, sliders, stage, svg, voice, words, write,
} from "./kit.js";

// The places, in pixels, are those of sparse.py, which draws the still.
const WIDE = { unit: 68, top: 24, left: 396, words: 14, high: 58, floor: 300, height: 364 };
const TALL = { unit: 54, top: 24, left: 24, words: 326, high: 366, floor: 510, height: 562 };
const [LARGEST, FLOOR, PILLAR] = [2, -2.5, 24]; // the largest score, the score at the foot of a pillar, half its width
const KEYS = ["x1", "x2", "x3"], OPTIONS = [0, 1, 2], SUBSCRIPT = "₁₂₃";
const ROOT = Math.sqrt(3);
const fine = (value) => Math.round(value * 1000) / 1000;

/** The scores at which share i reaches 0, up to a common constant: the better of the other two options has the share p, from 1/2 to at most 1. */
function border(i, order, alpha) {
  const far = 2 * LARGEST, last = Math.min(1, ((far * (order - 1)) / alpha) ** (1 / (order - 1)));
  if (!(last > 0.5)) return [];
  const half = (best) => {
    const behind = (second, third) => OPTIONS.map((k) => (k === best ? 0 : k === i ? -third : -second));
    const ends = Array.from({ length: 25 }, (_, k) => 0.5 + (last - 0.5) * Math.sin((Math.PI * k) / 48)).map(
      (p) => behind(reach(p, order, alpha) - reach(1 - p, order, alpha), reach(p, order, alpha)));
    return last < 1 ? ends : [...ends, behind(far, reach(1, order, alpha))];
  };
  const [one, other] = OPTIONS.filter((k) => k !== i);
  return [...half(one).reverse(), ...half(other).slice(1)];
}

function rule(order, alpha) {
  if (order === 1) return "no level: every option has a share";
  if (order === 2) return "share = h/α, h the height above λ";
  const [factor, power] = [order - 1, 1 / (order - 1)].map((value) => short(Number(value.toFixed(2))));
  return `share = (${factor} h/α)^${power}, h above λ`;
}

function render({ model, el }) {
  const view = begin({ model, el }, 688);
  const say = voice(view);
  const scores = () => KEYS.map(view.get);
  const order = () => (view.controls.order ? view.get("order") : 2);
  let [middle, unit, place, up, level] = [[0, 0], 1, WIDE, Number, 0];
  const at = ([a, b, c]) => [middle[0] + (unit * (b - a)) / 2, middle[1] + (unit * ((a + b) / 2 - c)) / ROOT];
  /** Take the scores to a place of the plane; the middle between the largest and the smallest score stays, as far as the limits allow. */
  const move = (x, y) => {
    const [across, down] = [(x - middle[0]) / unit, ((y - middle[1]) / unit) * ROOT];
    const raw = [down - across, down + across, 0], centre = (all) => (Math.max(...all) + Math.min(...all)) / 2;
    const room = Math.max(LARGEST - (Math.max(...raw) - Math.min(...raw)) / 2, 0);
    const shift = clamp(centre(scores()), -room, room) - centre(raw);
    view.put(Object.fromEntries(KEYS.map((key, i) => [key, fine(raw[i] + shift)])));
  };
  const text = (anchor) => svg("text", { "text-anchor": anchor });

  const frame = svg("path", { class: "rs-rule", "stroke-width": 1.5 });
  const triangle = svg("path", { class: "rs-line", "stroke-dasharray": "4 3" });
  const borders = OPTIONS.map(() => svg("path", { fill: "none", "stroke-width": 2, style: "stroke: var(--rs-blue)" }));
  // Labels at the corners of the frame: first those where one score leads, then those where one trails
  const corners = ["end", "start", "middle", "start", "end", "middle"].map(text);
  const all = label(0, 0, "middle", "all");
  const way = svg("path", { class: "rs-line" });
  const share = svg("path", { d: "M0 -8L8 0L0 8L-8 0Z", style: "fill: var(--rs-orange)" });
  const key = [
    svg("circle", { cx: 8, cy: 10, r: 5, fill: "currentColor" }), svg("text", { x: 20, y: 14 }, "scores"),
    set(share.cloneNode(), { transform: "translate(8 28) scale(0.8)" }), svg("text", { x: 20, y: 32 }, "shares, times α"),
  ];
  const cells = svg("g", { class: "rs-fades" }, ...borders, all);

  const water = svg("rect", { style: "fill: var(--rs-blue)", "fill-opacity": 0.15 });
  const surface = svg("path", { fill: "none", "stroke-width": 2, style: "stroke: var(--rs-blue)" });
  const lambda = svg("text", { class: "rs-name", "text-anchor": "end" }, "λ");
  const pillars = OPTIONS.map(() => svg("path", { class: "rs-line" }));
  const heights = OPTIONS.map(() => svg("rect", { style: "fill: var(--rs-orange)", width: 2 * PILLAR }));
  const feet = OPTIONS.map(() => [text("middle"), svg("text", { class: "rs-name", "text-anchor": "middle" })]);
  const told = [0, 1].map(() => text("start"));

  const point = dot(view, "the three scores, as a point of their plane", {
    colour: "--rs-ink", key: "point",
    step: (across, upward) => {
      const [x, y] = at(scores());
      move(x + 0.05 * across * unit, y - 0.05 * upward * unit);
    },
    tell: () => ({ now: view.get("x1"), low: -LARGEST, high: LARGEST, text: KEYS.map((key) => words(view.get(key), 2)).join(", ") }),
  });
  const tops = KEYS.map((key, i) => handle(view, key, `score x${SUBSCRIPT[i]}, the top of a pillar`, { colour: "--rs-ink", step: 0.05 }));
  const across = (i, width) => place.left + ((i + 0.5) * (width - 8 - place.left)) / 3;
  let wide = 0;
  const picture = stage(view, (width) => {
    wide = width;
    place = width < NARROW ? TALL : WIDE;
    unit = place.unit;
    middle = [width < NARROW ? width / 2 : 175, place.top + (4 / ROOT) * unit];
    up = (value) => place.floor - ((value - FLOOR) * (place.floor - place.high)) / (LARGEST - FLOOR);
    const ends = [[4, 0, 0], [0, 4, 0], [0, 0, 4], [-4, 0, 0], [0, -4, 0], [0, 0, -4]];
    set(frame, { d: `${path([0, 4, 2, 3, 1, 5].map((k) => at(ends[k])))}Z` });
    ends.forEach((end, k) => {
      const [x, y] = at(end);
      set(corners[k], { x: x + [16, -16, 0, -16, 16, 0][k], y: y + [22, 22, -10, -12, -12, 20][k] });
    });
    told.forEach((line, k) => set(line, { x: place.left, y: place.words + 18 * k }));
    feet.forEach((pair, i) => pair.forEach((line, k) => set(line, { x: across(i, width), y: place.floor + 22 + 18 * k })));
    return place.height;
  },
  svg("g", { "aria-hidden": "true" }, ...key, frame, triangle, cells, way, ...corners, ...pillars, water, ...heights, surface, lambda, ...told, ...feet.flat()),
  point.element, ...tops.map(({ element }) => element), svg("g", { class: "rs-above", "aria-hidden": "true" }, share));

  const controls = sliders(view);
  const reveal = button("Show the cells", () => view.put({ cells: !view.get("cells") }));
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, reveal, reset(view)), view.spoken);
  const valueAt = (y) => FLOOR + ((place.floor - y) * (LARGEST - FLOOR)) / (place.floor - place.high);
  drag(picture, [
    [point, move],
    ...tops.map((top, i) => [top, (_, y) => view.put({ [KEYS[i]]: fine(valueAt(y)) })]),
  ], (x, y) => {
    if (Math.hypot(x - middle[0], y - middle[1]) < 2.3 * unit) move(x, y);
  });

  function draw() {
    const x = scores(), alpha = view.get("alpha"), q = order(), shown = view.get("cells");
    const w = entmax(x, q, alpha), kept = OPTIONS.filter((i) => w[i] > 0);
    level = Math.max(...x) - reach(Math.max(...w), q, alpha);
    const [alone, tied] = [reach(1, q, alpha), reach(0.5, q, alpha)];

    // the plane
    set(triangle, { d: `${path(OPTIONS.map((i) => at(OPTIONS.map((k) => (k === i ? alpha : 0)))))}Z` });
    borders.forEach((line, i) => {
      const points = border(i, q, alpha);
      set(line, { d: points.length ? path(points.map(at)) : "M0 0" });
    });
    const here = at(x), there = at(w.map((share) => alpha * share));
    set(way, { d: path([here, there]) });
    set(share, { transform: `translate(${there.map((v) => v.toFixed(1)).join(" ")})` });
    corners.forEach((corner, k) => {
      const others = OPTIONS.filter((i) => i !== k - 3).map((i) => i + 1).join(" and ");
      const only = shown && alone < 3.6, pair = shown && tied < 3.6;
      write(corner, k < 3 ? (only ? `only ${k + 1}` : `x${SUBSCRIPT[k]} leads`) : pair ? others : "");
    });
    const gap = unit / ROOT, low = (alpha / 2) * gap, high = Math.min(tied, 4) * gap;
    const centre = Math.min(low, high) > 14 ? 0 : high - low > 28 ? (low + high) / 2 : null;
    const free = [here, there].every(([left, base]) => centre !== null && Math.hypot(left - middle[0], base - middle[1] - centre) > 28);
    if (centre !== null) set(all, { x: middle[0], y: middle[1] + centre + 4 });
    show(all, free);
    show(cells, shown);

    // the pillars
    const wet = level > FLOOR, line = up(Math.max(level, FLOOR));
    set(water, { x: place.left, y: line, width: wide - 8 - place.left, height: place.floor - line });
    set(surface, { d: path([[place.left, line], [wide - 8, line]]) });
    set(lambda, { x: place.left - 6, y: line + 4 });
    for (const part of [surface, lambda]) show(part, wet);
    OPTIONS.forEach((i) => {
      const foot = across(i, wide), top = up(x[i]);
      set(pillars[i], { d: path([[foot - PILLAR, place.floor], [foot - PILLAR, top], [foot + PILLAR, top], [foot + PILLAR, place.floor]]) });
      set(heights[i], { x: foot - PILLAR, y: top, height: Math.max(Math.min(line, place.floor) - top, 0) });
      write(feet[i][0], `x${SUBSCRIPT[i]} = ${words(x[i], 2)}`);
      write(feet[i][1], `w${SUBSCRIPT[i]} = ${w[i] > 0 ? words(w[i], 3) : "0"}`);
      tops[i].draw(foot, top);
    });
    point.draw(...here);
    controls.draw();
    write(reveal, shown ? "Hide the cells" : "Show the cells");

    const options = `options with a positive share: ${kept.map((i) => i + 1).join(", ")}`;
    write(told[0], options);
    write(told[1], rule(q, alpha));
    const shares = `shares ${w.map((share) => (share > 0 ? words(share, 3) : "0")).join(", ")}`;
    const depth = q === 1 ? "" : `, level ${words(level, 2)}`;
    set(picture, { "aria-label": `Scores ${x.map((score) => words(score, 2)).join(", ")} at α = ${words(alpha, 2)} and order ${words(q, 2)}: ${options}; ${shares}${depth}.` });
    say({ alpha: `α = ${words(alpha, 2)}`, order: `order ${words(q, 2)}`, options, shares });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
