// A solid in a box that the reader turns: the camera, panes and ticks of matplotlib's three-dimensional axes, and coloured faces.
import { clamp, sum } from "./maths.js";
import { html, path, set, short, svg, words, write } from "./kit.js";

const BOX = [4, 4, 3].map((side) => (side * 1.9056917418355664) / Math.hypot(4, 4, 3)), DISTANCE = 10; // as matplotlib has them
const MARGIN = 0.07; // fraction of each axis that is added at both ends, as in the published figure
const PANES = [0.03, 0.06, 0.045]; // how dark the sides of the box are
const ENDS = [-1000, 1000]; // of alpha
const [HEIGHT, SIDE] = [430, 250]; // of the stage; the width of what stands beside the solid
const [FINE, COARSE] = [192, 48]; // strips of a face at rest and in motion
const BENDS = [5, 13, 19, 22, 25, 30].map((k) => k / 32); // where viridis bends: straight lines between them miss it by 6 of 255
const TILT = 85; // the steepest view
const REST = 200; // milliseconds without a change before the faces are drawn finely
const CHARACTER = 6.8; // pixels of a digit of the labels
const VIRIDIS = // of matplotlib, at 33 places
  "440154470d6048186a482374472d7b4536814240863f49893b528b375a8d33638d2f6a8e2c728e297a8e26818e23898e21908c1f988b1f9f8821a68528ae8031b57b3ebc744cc26c5dc9636ece5882d34c96d83fabdc32c0df24d5e21aeae51afde725";

/** 256 colours between those places. */
const COLOURS = (() => {
  const parts = VIRIDIS.match(/../g).map((pair) => parseInt(pair, 16));
  return Array.from({ length: 256 }, (_, i) => {
    const place = (i / 255) * 32, k = Math.min(Math.floor(place), 31);
    const part = (c) => Math.round(parts[3 * k + c] + (place - k) * (parts[3 * k + 3 + c] - parts[3 * k + c]));
    return `rgb(${part(0)},${part(1)},${part(2)})`;
  });
})();
const colour = (part) => COLOURS[clamp(Math.round(255 * part), 0, 255)];

/** Colours along a strip whose value goes straight from one shade to another. */
const shadesBetween = (from, to) =>
  [[0, from], ...BENDS.filter((bend) => (bend - from) * (bend - to) < 0).map((bend) => [(bend - from) / (to - from), bend]), [1, to]];

/** Places from 0 to 1, close to each other at both ends: the entropy is steep there. */
const steps = (count) => Array.from({ length: count + 1 }, (_, i) => Math.sin((Math.PI * i) / (2 * count)) ** 2);
const between = (low, high, part) => low + (high - low) * part;
const widened = (limits) => limits.map(([low, high]) => [low - MARGIN * (high - low), high + MARGIN * (high - low)]);

// ---------------------------------------------------------------------- camera

/** A function that projects points onto the page as matplotlib does, with their distance from the eye; and the position of the eye. */
function camera(turn, tilt, limits, [x, y], size) {
  const [a, e] = [turn, tilt].map((degrees) => (degrees * Math.PI) / 180);
  const out = [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
  const right = [-Math.sin(a), Math.cos(a), 0], up = [-Math.sin(e) * Math.cos(a), -Math.sin(e) * Math.sin(a), Math.cos(e)];
  const scales = limits.map(([low, high], i) => BOX[i] / (high - low));
  const middle = limits.map(([low, high]) => (low + high) / 2);
  const along = (way) => ([p, q, r]) =>
    (p - middle[0]) * scales[0] * way[0] + (q - middle[1]) * scales[1] * way[1] + (r - middle[2]) * scales[2] * way[2];
  const [outwards, rightwards, upwards] = [out, right, up].map(along);
  const at = (point) => {
    const depth = DISTANCE - outwards(point);
    return [x + (size * rightwards(point)) / depth, y - (size * upwards(point)) / depth, depth];
  };
  return { at, eye: out.map((part, i) => middle[i] + (DISTANCE * part) / scales[i]) };
}

/** The point of a surface, in two coordinates from 0 to 1, that is drawn nearest to a place on the page; found from a start by damped Gauss-Newton steps. */
function nearestTo([x, y], at, start) {
  const apart = (p) => { const [px, py] = at(p); return [px - x, py - y]; };
  let [now, damping] = [start, 10];
  let miss = apart(now);
  for (let step = 0; step < 24; step += 1) {
    const rows = [0, 1].map((i) => { // how the place moves with each coordinate
      const by = now[i] > 0.5 ? -1e-4 : 1e-4, moved = apart(now.map((v, k) => (k === i ? v + by : v)));
      return moved.map((v, k) => (v - miss[k]) / by);
    });
    const dot = (p, q) => p[0] * q[0] + p[1] * q[1];
    const [a, b, d] = [dot(rows[0], rows[0]) + damping, dot(rows[0], rows[1]), dot(rows[1], rows[1]) + damping];
    const [s, t] = rows.map((row) => -dot(row, miss)), whole = a * d - b * b;
    const next = [now[0] + (s * d - t * b) / whole, now[1] + (t * a - s * b) / whole].map((v) => clamp(v, 0, 1));
    const missed = apart(next), better = dot(missed, missed) < dot(miss, miss);
    if (better) [now, miss] = [next, missed];
    damping *= better ? 0.2 : 8;
  }
  return now;
}

// ---------------------------------------------------------------------- panes, ticks, names

/** Round values within limits, as many as matplotlib would choose. */
function ticks([low, high]) {
  const least = (((high - low) / 9) * 23) / 24, unit = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 2.5, 5, 10].map((part) => part * unit).find((size) => size >= least * (1 - 1e-9));
  const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

// On which edge matplotlib draws each axis, and in which direction its labels are moved away
const EDGES = [[1, 0], [0, 1], [0, 2]], SIDES = [1, 0, 0];

/** The drawing of the box: its far sides, their grid lines, axes with ticks; labels and names as [text, x, y]. */
function frame({ at }, limits, names) {
  const corner = (bits) => limits.map((ends, i) => ends[bits[i]]);
  const changed = (point, changes) => point.map((v, i) => changes[i] ?? v);
  const place = (point) => at(point).slice(0, 2);
  const depth = (axis, end) => sum([0, 1, 2, 3].map((k) => {
    const bits = [k & 1, k >> 1];
    bits.splice(axis, 0, end);
    return at(corner(bits))[2];
  }));
  const far = [0, 1, 2].map((axis) => Number(depth(axis, 1) > depth(axis, 0)));
  const origin = corner(far), opposite = corner(far.map((bit) => 1 - bit));
  const middle = limits.map(([low, high]) => (low + high) / 2);
  const drawn = { panes: [], rules: "", axes: "", texts: [] }, boxes = [];
  const half = (text) => [(CHARACTER * text.length) / 2, 7];
  const free = ([x, y], [w, h]) => boxes.every(([p, q, r, s]) => Math.abs(p - x) >= w + r + 3 || Math.abs(q - y) >= h + s);
  for (const axis of [0, 1, 2]) {
    const [b, c] = [(axis + 1) % 3, (axis + 2) % 3];
    drawn.panes.push(`${path([origin, changed(origin, { [b]: opposite[b] }), changed(opposite, { [axis]: origin[axis] }), changed(origin, { [c]: opposite[c] })].map(place))}Z`);
    const [j0, j1] = EDGES[axis], edge = changed(origin, { [j0]: opposite[j0] });
    drawn.axes += path([edge, changed(edge, { [j1]: opposite[j1] })].map(place));
    // Labels lie outside the box: in the direction of the ticks, away from the middle of the box.
    const side = SIDES[axis], outside = edge.map((v, i) => (i === axis ? middle[i] : v + (v - middle[i]) * (i === side ? 0.2 : 0.1)));
    const [from, to] = [changed(edge, { [axis]: middle[axis] }), outside].map(place);
    const long = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1, way = [(to[0] - from[0]) / long, (to[1] - from[1]) / long];
    const beside = ([x, y], [w, h], gap) => { const by = gap + w * Math.abs(way[0]) + h * Math.abs(way[1]); return [x + by * way[0], y + by * way[1]]; };
    const values = ticks(limits[axis]), marks = values.map((value) => {
      const on = place(changed(edge, { [axis]: value })), text = short(value);
      drawn.rules += path([changed(origin, { [axis]: value, [b]: opposite[b] }), changed(origin, { [axis]: value }), changed(origin, { [axis]: value, [c]: opposite[c] })].map(place));
      drawn.axes += path([-2, 5].map((by) => [on[0] + by * way[0], on[1] + by * way[1]]));
      return { value, text, at: beside(on, half(text), 8) };
    });
    const every = [1, 2, 4].find((count) => {
      const kept = marks.filter(({ value }) => Math.round(value / (values[1] - values[0])) % count === 0);
      return kept.slice(1).every((mark, i) => Math.abs(mark.at[0] - kept[i].at[0]) >= half(mark.text)[0] + half(kept[i].text)[0] + 3 || Math.abs(mark.at[1] - kept[i].at[1]) >= 13);
    });
    const shown = marks.filter(({ value, text, at: spot }) => every && Math.round(value / (values[1] - values[0])) % every === 0 && free(spot, half(text)));
    for (const { text, at: spot } of shown) {
      boxes.push([...spot, ...half(text)]);
      drawn.texts.push([text, spot[0], spot[1] + 4]);
    }
    const widest = [Math.max(0, ...shown.map(({ text }) => half(text)[0])), shown.length ? 7 : 0];
    const [x, y] = beside(beside(from, widest, 8), [widest[0] + 8, widest[1] + 8], 4);
    if (names[axis]) {
      boxes.push([x, y, 8, 8]);
      drawn.texts.push([names[axis], x, y + 4]);
    }
  }
  return drawn;
}

// ---------------------------------------------------------------------- faces

/**
 * Fill what lies between two lines on the page, each from [x, y, depth] to another, or, if the pen has a width, stroke
 * its outline. Colours run along the lines: [part of the way in space, shade from 0 to 1].
 */
function strip(ink, [a, b], [c, d], shades, pen) {
  const long = [(b[0] + d[0] - a[0] - c[0]) / 2, (b[1] + d[1] - a[1] - c[1]) / 2];
  const side = (p, q) => long[0] * (q[1] - p[1]) - long[1] * (q[0] - p[0]);
  // Points of equal colour join the two lines. Where the lines cross, near a fold, the gradient runs along them.
  const way = side(a, c) * side(b, d) > 0 ? [-(c[1] + d[1] - a[1] - b[1]), c[0] + d[0] - a[0] - b[0]] : long;
  const part = (long[0] * way[0] + long[1] * way[1]) / (way[0] * way[0] + way[1] * way[1]) || 0;
  const [x, y] = [(a[0] + c[0]) / 2, (a[1] + c[1]) / 2], gradient = ink.createLinearGradient(x, y, x + part * way[0], y + part * way[1]);
  // Perspective: equal steps look shorter far away
  for (const [s, shade] of shades) gradient.addColorStop((s * b[2]) / between(a[2], b[2], s), colour(shade));
  [ink.fillStyle, ink.strokeStyle, ink.lineWidth, ink.lineJoin] = [gradient, gradient, pen, "round"];
  ink.beginPath();
  ink.moveTo(a[0], a[1]);
  ink.lineTo(b[0], b[1]);
  ink.lineTo(d[0], d[1]);
  ink.lineTo(c[0], c[1]);
  ink.closePath();
  if (pen) ink.stroke();
  else ink.fill();
}

// ---------------------------------------------------------------------- the parts of a picture

/**
 * What the pictures of a solid share. `back` and `canvas` lie behind the stage; `region` and `texts` belong inside it.
 * `draw` gets the camera, and a function that paints the faces, coarsely in motion and finely at rest.
 */
function scene(view, names) {
  const panes = PANES.map((opacity) => svg("path", { class: "rs-pane", "fill-opacity": opacity }));
  const [rules, axes] = [[0.65, 0.3], [0.5, 1]].map(([width, opacity]) => svg("path", { class: "rs-line", "stroke-width": width, "stroke-opacity": opacity }));
  const back = svg("svg", { class: "rs-back", "aria-hidden": "true" }, ...panes, rules, axes);
  const canvas = html("canvas", { class: "rs-back", "aria-hidden": "true" }), ink = canvas.getContext("2d");
  const texts = svg("g", { "aria-hidden": "true" });
  const region = svg("rect", { class: "rs-turn", role: "slider", tabindex: 0, "aria-label": "view: arrow keys turn and tilt", "aria-valuemin": -180, "aria-valuemax": 180 });
  let [width, height, framed, painted, resting] = [0, 0, "", "", 0];
  view.closing.push(() => clearTimeout(resting));

  const turnBy = (turn, tilt) => view.put({
    turn: ((((view.get("turn") + turn + 180) % 360) + 360) % 360) - 180, tilt: clamp(view.get("tilt") + tilt, -TILT, TILT),
  });
  view.keys.set(region, (across, up) => turnBy(-3 * across, -3 * up));
  /** The `sweep` of `drag`: a drag that begins in the region turns the solid. */
  const sweep = (x, y) => {
    if (!inside(x, y)) return null;
    let last = [x, y];
    return (px, py) => {
      turnBy(((last[0] - px) * 180) / (2 * reach), ((py - last[1]) * 180) / (2 * reach));
      last = [px, py];
    };
  };
  let [box, reach] = [[0, 0, 1, 1], 1];
  const inside = (x, y) => x >= box[0] && x <= box[0] + box[2] && y >= box[1] && y <= box[1] + box[3];

  const drawBox = (seen, limits) => {
    const drawn = frame(seen, limits, names);
    panes.forEach((pane, axis) => set(pane, { d: drawn.panes[axis] }));
    set(rules, { d: drawn.rules });
    set(axes, { d: drawn.axes });
    while (texts.childElementCount < drawn.texts.length) texts.append(svg("text", { "text-anchor": "middle" }));
    [...texts.children].forEach((element, i) => {
      const [text, x, y] = drawn.texts[i] ?? ["", 0, 0];
      write(element, text);
      set(element, { x: x.toFixed(1), y: y.toFixed(1) });
    });
    set(region, { "aria-valuenow": Math.round(view.get("turn")), "aria-valuetext": `turned to ${words(view.get("turn"), 0)}°, tilted by ${words(view.get("tilt"), 0)}°` });
  };

  return {
    back, canvas, region, texts, sweep, inside,
    /** Place the layers on a stage of a size, and the region in which a pointer turns the solid. */
    place(wide, high, [x, y, w, h]) {
      [width, height, box, reach, framed, painted] = [wide, high, [x, y, w, h], w / 2, "", ""];
      set(back, { viewBox: `0 0 ${wide} ${high}`, height: high });
      set(region, { x: x + 2, y: y + 2, width: w - 4, height: h - 4, rx: 6 });
      canvas.style.height = `${high}px`;
    },
    draw(seen, limits, state, paint) {
      if (framed !== (framed = `${[seen.eye, limits]}`)) drawBox(seen, limits);
      const faces = (fine) => {
        const scale = fine ? Math.min(devicePixelRatio, 2) : 1, wide = Math.round(width * scale);
        if (canvas.width !== wide) [canvas.width, canvas.height] = [wide, Math.round(height * scale)];
        ink.setTransform(canvas.width / width, 0, 0, canvas.height / height, 0, 0);
        ink.clearRect(0, 0, width, height);
        paint(ink, fine);
      };
      if (painted === state) return;
      clearTimeout(resting);
      faces(painted === "");
      if (painted) resting = setTimeout(faces, REST, true);
      painted = state;
    },
  };
}

/** A colour bar from one place to another; its thickness is the offset [across, down]. */
function bar(ink, [x0, y0], [x1, y1], [across, down]) {
  const gradient = ink.createLinearGradient(x0, y0, x1, y1);
  for (let i = 0; i <= 32; i += 1) gradient.addColorStop(i / 32, colour(i / 32));
  ink.fillStyle = gradient;
  ink.fillRect(x0, y0, x1 - x0 + across, y1 - y0 + down);
}

export { COARSE, ENDS, FINE, HEIGHT, SIDE, bar, between, camera, nearestTo, scene, shadesBetween, steps, strip, ticks, widened };
