// The prism in the bottom panel of Figure 1: axes w1, alpha and w2, and the value as a colour. Drag its cross-section along alpha.
import { fisherEllipse, klBall, logsumexp, softmax, softmaxObjective } from "./maths.js";
import {
  NARROW, begin, drag, follow, handle, html, label, path, reset, set, short, sliders, stage, svg, triangle, voice, words, write,
} from "./kit.js";
import { COARSE, ENDS, FINE, HEIGHT, SIDE, bar, between, camera, scene, shadesBetween, steps, strip, ticks, widened } from "./solid.js";

// The places, in pixels, are those of prism.py, which draws the still.
const PRISM_HEIGHT = 330; // on a phone
const COSTS = [97.62700785, 430.37873274, 205.52675214]; // NumPy's legacy generator with seed 0, uniform on (-1000, 1000)
const LOW = -logsumexp(COSTS.map((x) => -x), ENDS[1]), HIGH = logsumexp(COSTS, ENDS[1]);
const LIMITS = widened([[0, 1], ENDS, [0, 1]]);
const PRISM_PEN = 1.6; // pixels: as wide as the scatter points of the published figure, which extend that much beyond the prism
const LEAST = 1; // smallest weight used: for alpha nearer to 0 the curves look straight
const LEVELS = [1, 2, 3, 4, 5, 6].map((i) => i / 7); // of the range of values on the triangle
const DENSE = steps(14); // colour stops along a strip, dense at its ends, where the entropy is steep
const CORNERS = [[0, 0], [1, 0], [0, 1]]; // w1 and w2
const FACES = [(s) => [s, 0], (s) => [s, 1 - s], (s) => [0, s]]; // (w1, w2) along the sides, which join the corners 0 and 1, 1 and 2, 2 and 0

const turnedTo = ([w1, w2, w3]) => [w3, w1, w2]; // in the order in which the triangle's corners lie on the prism

const value = (w1, w2, alpha) => softmaxObjective([w1, w2, Math.max(1 - w1 - w2, 0)], COSTS, -alpha);
const shade = (w1, w2, alpha) => (value(w1, w2, alpha) - LOW) / (HIGH - LOW);

/** The best shares at a weight, the range of the values on the triangle, and the weight of the divergence. */
function best(alpha) {
  const weight = Math.max(Math.abs(alpha), LEAST);
  const scores = COSTS.map((x) => (alpha < 0 ? x : -x));
  return { weight, centre: softmax(scores, weight), reach: logsumexp(scores, weight) - Math.min(...scores) };
}

/** Which faces the eye sees: the cross-section, the far end, and the sides. */
const visible = ({ eye }, cut) => ({ cut: eye[1] < cut, end: eye[1] > ENDS[1], sides: [eye[2] < 0, eye[0] + eye[2] > 1, eye[0] < 0] });

/** Where strips of a face begin and end, and their middles. */
function strips(count) {
  const places = steps(count);
  return [places, places.slice(1).map((s, i) => (s + places[i]) / 2)];
}

/** Strips of a cross-section: their lines in space and the colours along them. */
function triangleFace(alpha, count) {
  const [places, middles] = strips(count);
  return {
    lines: places.map((s) => [[s, alpha, 0], [s, alpha, 1 - s]]),
    shades: middles.map((s) => DENSE.map((part) => [part, shade(s, part * (1 - s), alpha)])),
  };
}

/** Strips of the three sides of a prism that begins at a cut. */
function sideFaces(cut, count) {
  const [places, middles] = strips(count);
  return FACES.map((place) => ({
    lines: places.map((s) => [cut, ENDS[1]].map((alpha) => { const [w1, w2] = place(s); return [w1, alpha, w2]; })),
    shades: middles.map((s) => {
      const [w1, w2] = place(s);
      return shadesBetween(shade(w1, w2, cut), shade(w1, w2, ENDS[1]));
    }),
  }));
}

/** Paint faces that do not hide each other. Each strip extends under the next one, so that no gap shows. */
function paintFaces(ink, faces, lens, pen) {
  for (const face of faces) {
    const lines = face.lines.map((line) => line.map(lens.at)), last = lines.length - 1;
    for (let i = 0; i < last; i += 1) strip(ink, lines[i], lines[Math.min(i + 2, last)], face.shades[i], pen);
  }
}

/** A function that computes again only when its arguments have changed. */
function cached(compute) {
  let [key, kept] = ["", null];
  return (...given) => {
    if (key !== (key = String(given))) kept = compute(...given);
    return kept;
  };
}

function showPrism({ model, el }) {
  const view = begin({ model, el }, 688);
  const say = voice(view);
  const solid = scene(view, ["w₁", "α", "w₂"]);
  const corners = triangle(["w₃", "w₁", "w₂"]);
  const stroke = (colour, width, more = {}) => svg("path", { fill: "none", "stroke-width": width, style: `stroke: ${colour}`, ...more });
  const blue = { style: "fill: var(--rs-blue); stroke: var(--rs-blue)", "fill-opacity": 0.25, "stroke-width": 1.5 };
  const ghost = svg("path", { class: "rs-line", "stroke-width": 1, "stroke-opacity": 0.6, "stroke-dasharray": "3 3" });
  const hidden = stroke("var(--rs-purple)", 1.2, { "stroke-dasharray": "2 4" });
  const [casing, section] = [stroke("white", 5), stroke("var(--rs-purple)", 2.5)].map((line) => set(line, { "stroke-linecap": "round" }));
  const levels = LEVELS.map(() => svg("path", { class: "rs-line", "stroke-width": 0.8, "stroke-opacity": 0.6 }));
  const [ball, ellipse] = [svg("path", blue), stroke("var(--rs-orange)", 1.5, { "stroke-dasharray": "6 4" })];
  const middle = svg("path", { d: "M-5 0H5M0 -5V5", class: "rs-line", "stroke-width": 1.5 });
  const room = svg("svg", {}, ball, ellipse); // clips an ellipse that reaches far outside the triangle
  const keys = [stroke("var(--rs-purple)", 2.5), svg("path", blue), stroke("var(--rs-orange)", 1.5, { "stroke-dasharray": "6 4" })];
  const told = keys.map(() => svg("text")), scale = svg("g"), name = svg("text", { class: "rs-name" }, "α");
  const cut = handle(view, "alpha", "weight α of the cross-section", { colour: "--rs-purple", step: 20 });

  let [centre, size, line, ends] = [[0, 0], 1, [0, 1], [0, 1, 0]];
  const picture = stage(view, (width) => {
    const narrow = width < NARROW, space = narrow ? width : width - SIDE, top = narrow ? PRISM_HEIGHT : 0;
    const high = narrow ? PRISM_HEIGHT + 340 : HEIGHT, left = narrow ? width / 2 - 90 : width - 222, base = narrow ? PRISM_HEIGHT + 250 : 288;
    centre = narrow ? [width / 2, 160] : [space / 2, 204];
    size = Math.min((space / 2 - 36) / 0.0865, narrow ? 1500 : 2130);
    ends = [left, left + (narrow ? 180 : 200), base];
    solid.place(width, high, [0, 0, space, narrow ? PRISM_HEIGHT : HEIGHT]);
    corners.place(...ends);
    const words = ends[0] - 12; // where the lines of words begin
    keys.forEach((key, i) => {
      const y = top + 14 + 18 * i;
      set(key, { d: i === 1 ? `M${words} ${y - 5}h18v10h-18z` : path([[words, y], [words + 18, y]]) });
      set(told[i], { x: words + 24, y: y + 4 });
    });
    set(room, { x: ends[0] - 40, y: top + 62, width: ends[1] - ends[0] + 64, height: base - top - 30, viewBox: `${ends[0] - 40} ${top + 62} ${ends[1] - ends[0] + 64} ${base - top - 30}` });
    line = [ends[0], ends[1], base + 46];
    const across = (v) => line[0] + ((line[1] - line[0]) * (v - LOW)) / (HIGH - LOW);
    scale.replaceChildren(...ticks([LOW, HIGH]).filter((v) => v % 500 === 0).flatMap((v) => [
      svg("path", { class: "rs-line", d: path([[across(v), line[2] + 6], [across(v), line[2] + 10]]) }), label(across(v), line[2] + 23, "middle", short(v))]),
      label((line[0] + line[1]) / 2, line[2] + 42, "middle", "⟨w, x⟩ + α Σ wᵢ log wᵢ"));
    return high;
  },
  solid.region, svg("g", { class: "rs-above", "aria-hidden": "true" }, solid.texts, ghost, hidden, casing, section, corners.element, ...levels, room, middle, ...keys, ...told, scale, name),
  cut.element);

  const controls = sliders(view);
  view.root.append(html("div", { class: "rs-layers" }, solid.back, solid.canvas, picture), ...controls.rows,
    html("div", { class: "rs-buttons" }, reset(view)), view.spoken);

  const [cutFace, endFace, sides] = [triangleFace, triangleFace, sideFaces].map(cached);
  /** Draw the curves of the triangle around the best shares, and return these. */
  const shapes = cached((alpha, drop, fine) => {
    const { weight, centre: w, reach } = best(alpha), flat = (points) => `${path(points.map((p) => corners.at(turnedTo(p))))}Z`;
    const [few, many] = fine ? [120, 180] : [48, 72]; // points of a curve
    levels.forEach((level, i) => set(level, { d: flat(klBall(w, (LEVELS[i] * reach) / weight, few)) }));
    set(ball, { d: flat(klBall(w, drop / weight, many)) });
    set(ellipse, { d: flat(fisherEllipse(w, drop / weight, many)) });
    return w;
  });
  let lens = null;
  /** The weight whose place on the lower edge of the prism is nearest to a place on the page. */
  const alphaAt = (x, y) => {
    const [a, b] = ENDS.map((alpha) => lens.at([1, alpha, 0])), way = [b[0] - a[0], b[1] - a[1]];
    const part = ((x - a[0]) * way[0] + (y - a[1]) * way[1]) / Math.max(way[0] ** 2 + way[1] ** 2, 400);
    // Perspective: equal steps look shorter far away
    const alpha = between(...ENDS, Math.min(Math.max((part * a[2]) / between(b[2], a[2], part), 0), 1));
    view.put({ alpha: Math.round(alpha) });
  };
  drag(picture, [[cut, alphaAt]], (x, y) => { if (solid.inside(x, y)) alphaAt(x, y); }, solid.sweep);

  function draw() {
    const [alpha, drop, turn, tilt] = ["alpha", "drop", "turn", "tilt"].map(view.get);
    lens = camera(turn, tilt, LIMITS, centre, size);
    const turned = visible(lens, alpha);
    let smooth = true; // false while the faces are painted coarsely, in motion
    solid.draw(lens, LIMITS, `${[alpha, turn, tilt]}`, (ink, fine) => {
      const count = fine ? FINE : COARSE, faces = sides(alpha, count).filter((_, i) => turned.sides[i]);
      if (turned.end) faces.unshift(endFace(ENDS[1], count));
      if (turned.cut) faces.unshift(cutFace(alpha, count));
      for (const pen of fine ? [PRISM_PEN, 0] : [0]) paintFaces(ink, faces, lens, pen);
      bar(ink, [line[0], line[2]], [line[1], line[2]], [0, 5]);
      shapes(alpha, view.get("drop"), smooth = fine, ...ends); // called again, finely, when the picture is at rest
    });
    const place = ([w1, w2], weight) => lens.at([w1, weight, w2]);
    const edges = CORNERS.map((corner, i) => path([corner, CORNERS[(i + 1) % 3]].map((end) => place(end, alpha))));
    for (const element of [casing, section]) set(element, { d: edges.filter((_, i) => turned.cut || turned.sides[i]).join("") });
    set(hidden, { d: edges.join("") });
    set(ghost, { d: CORNERS.map((corner) => path([place(corner, ENDS[0]), place(corner, alpha)])).join("") + `${path(CORNERS.map((corner) => place(corner, ENDS[0])))}Z` });

    const w = shapes(alpha, drop, smooth, ...ends);
    set(middle, { transform: `translate(${corners.at(turnedTo(w)).map((v) => v.toFixed(1)).join(" ")})` });
    const [x, y] = place([1, 0], alpha);
    cut.draw(x, y);
    set(name, { x: x + 14, y: y + 14 });
    controls.draw();

    const sentences = { alpha: `cross-section at α = ${words(alpha, 0)}`, drop: `within δ = ${words(drop, 0)} of the ${alpha < 0 ? "top" : "bottom"}`, ellipse: "Fisher ellipse of the same radius" };
    Object.values(sentences).forEach((text, i) => write(told[i], text));
    const shares = `w = (${w.map((share) => words(share, 2)).join(", ")})`, extreme = words(value(w[0], w[1], alpha), 0);
    set(picture, { "aria-label": `A prism over w₁, α and w₂, turned to ${words(turn, 0)}°, tilted by ${words(tilt, 0)}°, cut at α = ${words(alpha, 0)}. There the value is ${alpha < 0 ? "largest" : "smallest"}, ${extreme}, at ${shares}; a divergence ball around it holds all w whose value is within ${words(drop, 0)}.` });
    say({ ...sentences, ellipse: "", best: `${alpha < 0 ? "top" : "bottom"} ${extreme} at ${shares}`, turn: `turned to ${words(turn, 0)}°`, tilt: `tilted by ${words(tilt, 0)}°` });
  }
  follow(view, draw);
  return view.close;
}

export { showPrism };
