// The sheet in the top panel of Figure 1, w x + alpha H(w) over w and alpha: turn it, and move the point where two cuts cross.
import { binaryEntropy, clamp, sigmoid, sigmoidObjective, softplus } from "./maths.js";
import {
  NARROW, begin, dot, drag, follow, handle, html, path, plane, reset, set, show, sliders, stage, svg, toggle, voice, words, write,
} from "./kit.js";
import {
  COARSE, ENDS, FINE, HEIGHT, SIDE, bar, between, camera, nearestTo, scene, shadesBetween, steps, strip, ticks, widened,
} from "./solid.js";

// The places, in pixels, are those of sheet.py, which draws the still.
const SHEET_HEIGHT = 340; // on a phone
const RULINGS = 32; // how many edges of strips are drawn as lines
const SHEET_PEN = 2.6; // pixels: as wide as the scatter points of the published figure, which extend that much beyond the sheet
const GRID = steps(64), WEIGHTS = GRID.map((_, i) => between(...ENDS, i / 64)), SAMPLES = 24; // places of w and of alpha
const TOUCH = 2; // a point of a ray nearer to the sheet than this counts as on it

/** The sheet for a score: its lowest and highest value, its points, and the limits of its box. */
function sheetOf(x) {
  const low = -softplus(-x, ENDS[1]), high = softplus(x, ENDS[1]);
  const on = (w, alpha) => [w, alpha, sigmoidObjective(w, x, alpha)];
  return { x, low, high, on, limits: widened([[0, 1], ENDS, [low, high]]) };
}

/** Strips between straight rulings, from far to near: planes of constant w separate them. */
function paintSheet(ink, { at, eye }, { low, high, on }, { count, pen = 0, ruled = false }) {
  const places = steps(count), rulings = places.map((w) => ENDS.map((alpha) => at(on(w, alpha))));
  const middles = places.slice(1).map((w, i) => (w + places[i]) / 2);
  const order = [...middles.keys()].sort((i, k) => Math.abs(middles[k] - eye[0]) - Math.abs(middles[i] - eye[0]));
  const line = (i) => {
    if (!ruled || i % (count / RULINGS)) return;
    [ink.lineWidth, ink.strokeStyle] = [1, "rgb(255 255 255 / 0.7)"];
    ink.beginPath();
    ink.moveTo(...rulings[i][0].slice(0, 2));
    ink.lineTo(...rulings[i][1].slice(0, 2));
    ink.stroke();
  };
  for (const i of order) {
    // A strip reaches under the next one, so that no gap shines through.
    const beyond = middles[i] > eye[0], far = beyond ? i + 1 : i, near = clamp(beyond ? i - 1 : i + 2, 0, count);
    const ends = ENDS.map((alpha) => (on(middles[i], alpha)[2] - low) / (high - low));
    strip(ink, rulings[far], rulings[near], shadesBetween(...ends), pen);
    line(far);
  }
}

/** Whether no part of the sheet lies between a point of it and the eye. */
function seen([w, alpha, z], { eye }, { x }) {
  const to = [eye[0] - w, eye[1] - alpha, eye[2] - z];
  const leave = (from, way, low, high) => (way > 0 ? (high - from) / way : way < 0 ? (low - from) / way : 1);
  const far = Math.min(leave(w, to[0], 0, 1), leave(alpha, to[1], ...ENDS), 1);
  let side = 0;
  for (let k = 1; k <= SAMPLES; k += 1) {
    const part = far * (k / SAMPLES) ** 2, p = clamp(w + part * to[0], 0, 1);
    const above = z + part * to[2] - sigmoidObjective(p, x, alpha + part * to[1]);
    if (Math.abs(above) < TOUCH) continue;
    if (side * above < 0) return false;
    side = above;
  }
  return true;
}

/** The points at which the rulings touch the outline of the sheet as seen from the eye, one for each ruling. */
function outline({ eye }, { x, on }) {
  return GRID.slice(1, -1).map((w) => {
    const slope = Math.log((1 - w) / w) * (eye[0] - w);
    return on(w, (eye[2] - x * eye[0] - binaryEntropy(w) * eye[1]) / slope);
  });
}

/** The parts of a line whose points are kept. */
function parts(places, kept) {
  const runs = [[]];
  places.forEach((place, i) => {
    if (kept[i]) runs.at(-1).push(place);
    else runs.push([]);
  });
  return runs.filter((run) => run.length > 1).map(path).join("");
}

function showSheet({ model, el }) {
  const view = begin({ model, el }, 688);
  const say = voice(view);
  const solid = scene(view, ["w", "α", ""]);
  const stroke = (colour, width, more = {}) => svg("path", { fill: "none", "stroke-width": width, style: `stroke: ${colour}`, ...more });
  const pair = (colour) => {
    const hidden = stroke(colour, 1.2, { "stroke-dasharray": "2 4" }), casing = stroke("white", 5, { "stroke-linecap": "round" }), line = stroke(colour, 2.5);
    return { all: [hidden, casing, line], hidden, casing, line };
  };
  const [line, arch] = ["var(--rs-purple)", "var(--rs-orange)"].map(pair);
  const edge = svg("path", { class: "rs-line", "stroke-width": 2 });
  const planes = [svg("g"), svg("g")];
  const straight = stroke("var(--rs-purple)", 2.5), curve = stroke("var(--rs-orange)", 2.5);
  const parabola = svg("path", { class: "rs-line", "stroke-width": 1.5, "stroke-dasharray": "6 4" });
  const keys = ["var(--rs-purple)", "var(--rs-orange)"].map((colour) => stroke(colour, 2.5));
  const told = [0, 1, 2, 3].map(() => svg("text"));
  const names = ["α", "w"].map((name) => svg("text", { class: "rs-name" }, name));

  const point = dot(view, "point of the sheet: left and right move w, up and down move α", {
    colour: "--rs-ink", step: (across, up) => view.put({ w: view.get("w") + 0.01 * across, alpha: view.get("alpha") + 20 * up }),
    tell: () => ({ now: view.get("w"), low: 0, high: 1, text: `w = ${words(view.get("w"), 3)}, α = ${words(view.get("alpha"), 0)}` }),
  });
  const weight = handle(view, "alpha", "weight α, on the straight cut", { colour: "--rs-orange", step: 20 });
  const decision = handle(view, "w", "decision w, on the arch", { colour: "--rs-purple", step: 0.01 });

  let scales = [], boxes = [], centre = [], size = 1;
  const picture = stage(view, (width) => {
    const narrow = width < NARROW, room = narrow ? width : width - SIDE;
    const high = narrow ? SHEET_HEIGHT + 210 : HEIGHT;
    centre = narrow ? [width / 2, 166] : [room / 2, 204];
    size = Math.min((room / 2 - 36) / 0.0865, narrow ? 1500 : 2130);
    boxes = narrow
      ? [[44, width / 2 - 18, 384, 504], [width / 2 + 20, width - 18, 384, 504]]
      : [[width - 200, width - 18, 40, 168], [width - 200, width - 18, 256, 384]];
    solid.place(width, high, [0, 0, room, narrow ? SHEET_HEIGHT : HEIGHT]);
    boxes.forEach(([left, , top], i) => {
      set(keys[i], { d: path([[left, top - 30], [left + 18, top - 30]]) });
      set(told[2 * i], { x: left + 24, y: top - 26 });
      set(told[2 * i + 1], { x: left, y: top - 10 });
    });
    return high;
  },
  solid.region, svg("g", { class: "rs-above", "aria-hidden": "true" }, solid.texts, edge, ...line.all, ...arch.all, ...planes, ...keys, ...told, straight, curve, parabola, ...names),
  point.element, weight.element, decision.element);

  const controls = sliders(view);
  const toggles = [toggle(view, "rulings", "Rulings"), toggle(view, "fit", "Parabola")];
  view.root.append(html("div", { class: "rs-layers" }, solid.back, solid.canvas, picture), ...controls.rows,
    html("div", { class: "rs-buttons" }, ...toggles.map(({ element }) => element), reset(view)), view.spoken);

  let sheet = sheetOf(view.get("x")), lens = null;
  const toFractions = (w, alpha) => [w, (alpha - ENDS[0]) / (ENDS[1] - ENDS[0])], ofFractions = ([w, part]) => [w, between(...ENDS, part)];
  const on = (part) => lens.at(sheet.on(...ofFractions(part)));
  const putPoint = (start, x, y) => {
    const [w, alpha] = ofFractions(nearestTo([x, y], on, start));
    view.put({ w: Math.round(w * 1000) / 1000, alpha: Math.round(alpha) });
  };
  /** Of the grid points drawn within 14 pixels of a place on the page, the one nearest to the eye; if there is none, the one nearest to the place. */
  const below = (x, y) => {
    let best = null;
    for (let i = 0; i <= 32; i += 1) for (let k = 0; k <= 32; k += 1) {
      const part = [GRID[2 * i], k / 32], [px, py, depth] = on(part), far = Math.hypot(px - x, py - y);
      const cost = far > 14 ? 100 + far : depth;
      if (!best || cost < best.cost) best = { part, cost };
    }
    return best.part;
  };
  const alphaAt = (x) => view.put({ alpha: Math.round(scales[0].xAt(x)) }), wAt = (x) => view.put({ w: Math.round(scales[1].xAt(x) * 1000) / 1000 });
  drag(picture, [
    [point, (x, y) => putPoint(toFractions(view.get("w"), view.get("alpha")), x, y)],
    [weight, alphaAt],
    [decision, wAt],
  ], (x, y) => {
    if (solid.inside(x, y)) putPoint(below(x, y), x, y);
    else (y < boxes[0][3] && x < boxes[0][1] ? alphaAt : wAt)(x);
  }, solid.sweep);

  let made = "";
  function draw(fitted) {
    const [x, alpha, w, turn, tilt, rulings, fit] = ["x", "alpha", "w", "turn", "tilt", "rulings", "fit"].map(view.get);
    if (fitted || made !== String(x)) {
      [sheet, made] = [sheetOf(x), String(x)];
      const yticks = ticks(sheet.limits[2]), side = boxes[0][2] === boxes[1][2]; // beside each other they share their ticks
      scales = [
        plane({ x: ENDS, y: sheet.limits[2], xticks: [-1000, -500, 0, 500, 1000], yticks, xname: "weight α" }),
        plane({ x: [0, 1], y: sheet.limits[2], xticks: [0, 0.25, 0.5, 0.75, 1], yticks: side ? [] : yticks, xname: "decision w" }),
      ];
      scales.forEach((scale, i) => {
        scale.place(...boxes[i]);
        planes[i].replaceChildren(scale.element);
      });
    }
    lens = camera(turn, tilt, sheet.limits, centre, size);
    solid.draw(lens, sheet.limits, `${[x, turn, tilt, rulings]}`, (ink, fine) => {
      if (fine) paintSheet(ink, lens, sheet, { count: COARSE, pen: SHEET_PEN });
      paintSheet(ink, lens, sheet, { count: fine ? FINE : COARSE, ruled: rulings });
      for (const [i, [left]] of boxes.entries()) bar(ink, [left - 6, scales[i].up(sheet.low)], [left - 6, scales[i].up(sheet.high)], [5, 0]);
    });

    const cuts = [[line, WEIGHTS.map((a) => sheet.on(w, a))], [arch, GRID.map((p) => sheet.on(p, alpha))]];
    for (const [cut, points] of cuts) {
      const places = points.map(lens.at), d = parts(places, points.map((p) => seen(p, lens, sheet)));
      for (const element of [cut.casing, cut.line]) set(element, { d });
      set(cut.hidden, { d: path(places) });
    }
    show(edge, rulings);
    if (rulings) {
      const sides = [0, 1].map((p) => WEIGHTS.map((a) => sheet.on(p, a))), ends = ENDS.map((a) => GRID.map((p) => sheet.on(p, a)));
      set(edge, { d: [outline(lens, sheet), ...sides, ...ends].map((points) => parts(points.map(lens.at), points.map((p) => Math.abs(p[1]) <= ENDS[1] && seen(p, lens, sheet)))).join("") });
    }
    const value = sheet.on(w, alpha)[2], [first, second] = scales;
    set(straight, { d: path(ENDS.map((a) => first.at(a, sheet.on(w, a)[2]))) });
    set(curve, { d: path(GRID.map((p) => second.at(p, sheet.on(p, alpha)[2]))) });
    show(parabola, fit);
    const near = (p) => p * x + (alpha * (1 + 30 * p * (1 - p))) / 12; // by least squares, from Legendre's polynomials
    set(parabola, { d: path(GRID.map((p) => second.at(p, near(p)))) });

    point.draw(...lens.at(sheet.on(w, alpha)).slice(0, 2));
    const spots = [first.at(alpha, value), second.at(w, value)];
    weight.draw(...spots[0]);
    decision.draw(...spots[1]);
    spots.forEach(([px, py], i) => set(names[i], { x: px - 4, y: py - 16 }));
    controls.draw();
    for (const { draw: drawn } of toggles) drawn();

    const flat = alpha < 0 ? sigmoid(-x, -alpha) : sigmoid(x, alpha || 1), extreme = words(flat, 3); // where the slope is 0
    const ends = [0, x, sheet.on(flat, alpha)[2]], reach = Math.max(...ends) - Math.min(...ends);
    const shape = alpha > 0 ? `top at w = ${extreme}` : alpha < 0 ? `bottom at w = ${extreme}` : "a straight line";
    const off = reach ? `parabola off by ${words((100 * Math.abs(alpha)) / 12 / reach, 0)} %` : "a straight line";
    const sentences = { w: `cut at w = ${words(w, 3)}`, slope: `slope H(w) = ${words(binaryEntropy(w), 3)}`, alpha: `cut at α = ${words(alpha, 0)}`, shape: fit ? off : shape };
    Object.values(sentences).forEach((text, i) => write(told[i], text));
    const seenFrom = `turned to ${words(turn, 0)}°, tilted by ${words(tilt, 0)}°`;
    set(picture, { "aria-label": `A sheet over w and α for x = ${words(x, 2)}, from ${words(sheet.low, 0)} to ${words(sheet.high, 0)}, ${seenFrom}. Along α straight: ${sentences.w}, ${sentences.slope}. Along w ${alpha > 0 ? "an arch" : alpha < 0 ? "a hanging curve" : "a line"}: ${sentences.alpha}, ${sentences.shape}.` });
    say({ x: `x = ${words(x, 0)}`, ...sentences, turn: `turned to ${words(turn, 0)}°`, tilt: `tilted by ${words(tilt, 0)}°`, rulings: rulings ? "the rulings are shown" : "" });
  }
  follow(view, draw);
  return view.close;
}

export { showSheet };
