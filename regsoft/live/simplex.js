// Three options: scores as bars, shares in the triangle; place your own shares, then see the best ones.
import { softmax, sum } from "./maths.js";
import {
  NARROW, SUBSCRIPTS, access, begin, button, dot, drag, follow, handle, html, label, plane, reset, set, show, sliders, stage,
  svg, triangle, voice, words, write,
} from "./kit.js";

// The places, in pixels, are those of _simplex.py, which draws the stills.
const [LEFT, COLUMN] = [24, 4]; // left edge of the bars; number of sliders on the left
const WIDE = { top: 66, base: 322, height: 356, field: (width) => [Math.max(width - 316, 364), width - 24, 322] };
const PHONE = {
  top: 52, base: 222, height: 570,
  field: (width) => [width, Math.min(width - 60, 294)].map((room, i, [whole, side]) => (whole + (i ? side : -side)) / 2).concat(536),
};
const OPTIONS = [0, 1, 2];
const DIAMOND = "M0 -10L10 0L0 10L-10 0Z";
const fine = (value) => Math.round(value * 1000) / 1000;
const list = (w) => `(${w.map((share) => words(share, 2)).join(", ")})`;
const bar = (colour) => svg("path", { "fill-opacity": 0.3, "stroke-width": 1.5, style: `fill: var(${colour}); stroke: var(${colour})` });
const block = (left, right, top, base) => `M${[[left, base], [left, top], [right, top], [right, base]].map((place) => place.map((v) => v.toFixed(1)).join(" ")).join("L")}Z`;
const move = (element, [x, y], scale = 1) => set(element, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)}) scale(${scale})` });
const yours = () => svg("circle", { r: 5, style: "fill: var(--rs-purple)" });
const best = () => svg("path", { d: DIAMOND, style: "fill: var(--rs-green)" });

/**
 * Show a picture of three options. `part` is what this picture has of its own: `top` and `ticks` of the score axis, the
 * distance of the bars, `pitch`, at a width (there is no `room`), elements `beside` them and `inside` the triangle,
 * `place`, which lays out what depends on the width only, `draw`, which returns the texts for the reader's and the best shares,
 * and the words of the button.
 */
function simplex({ model, el }, part) {
  const view = begin({ model, el }, 688);
  const say = voice(view);
  const scores = plane({ x: [0, 3], y: [0, part.top], yticks: part.ticks }), field = triangle();
  const bars = OPTIONS.map(() => bar("--rs-blue"));
  const names = OPTIONS.map((i) => svg("text", { class: "rs-name", "text-anchor": "middle" }, `x${SUBSCRIPTS[i]}`));
  const marks = [move(yours(), [8, 10], 0.8), move(best(), [8, 28], 0.8)], legend = [14, 32].map((y) => svg("text", { x: 24, y }));
  const answer = svg("g", { class: "rs-fades" }, marks[1], legend[1]);

  const ends = OPTIONS.map((i) => handle(view, "x", `score x${SUBSCRIPTS[i]}`, { colour: "--rs-blue", step: 0.05, index: i }));
  const near = (w, across, up) => ((place) => field.sharesAt(place[0] + 3 * across, place[1] - 3 * up))(field.at(w));
  const tell = (w) => ({ now: fine(w[2]), low: 0, high: 1, text: w.map((share, i) => `w${SUBSCRIPTS[i]} ${words(share, 2)}`).join(", ") });
  const now = () => softmax(view.get("x"), view.get("alpha"));
  const own = dot(view, "your shares w", {
    colour: "--rs-purple", key: "w", tell: () => tell(view.get("w")), step: (...by) => view.put({ w: near(view.get("w"), ...by) }),
  });
  const top = dot(view, "best shares: they move the scores", {
    colour: "--rs-green", key: "best", tell: () => tell(now()), step: (...by) => pull(near(now(), ...by)),
  });
  top.element.querySelector(".rs-dot").replaceWith(svg("path", { class: "rs-dot", d: DIAMOND, style: "fill: var(--rs-green)" }));

  /** Let the scores be those whose best shares are w; their mean stays, if their limits let it. */
  function pull(w) {
    const { low, high } = view.controls.x, logs = w.map((share) => view.get("alpha") * Math.log(Math.max(share, 1e-9)));
    const shift = Math.min(Math.max((sum(view.get("x")) - sum(logs)) / 3, low - Math.min(...logs)), high - Math.max(...logs));
    view.put({ x: logs.map((log) => fine(log + shift)) });
  }

  let [tip, base] = [0, 0];
  const picture = stage(view, (width) => {
    const layout = width < NARROW ? PHONE : WIDE, pitch = part.pitch(width);
    ({ top: tip, base } = layout);
    scores.place(LEFT, LEFT + 3 * pitch, tip, base);
    names.forEach((name, i) => set(name, { x: scores.across(i + 0.5), y: base + 22 }));
    field.place(...layout.field(width));
    part.place(LEFT + 3 * pitch, pitch, tip, base);
    return layout.height;
  },
  svg("g", { "aria-hidden": "true" }, scores.element, ...bars, ...names, part.beside, field.element, part.inside, marks[0], legend[0], answer),
  ...ends.map(({ element }) => element), top.element, own.element);

  const controls = sliders(view, COLUMN);
  const reveal = button(part.ask, () => view.put({ answer: !view.get("answer") }));
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, reveal, reset(view)), view.spoken);
  const score = (i, y) => access(view, "x", i).put(fine(scores.yAt(y)));
  drag(picture, [
    [own, (x, y) => view.put({ w: field.sharesAt(x, y) })],
    ...ends.map((end, i) => [end, (_, y) => score(i, y)]),
    [top, (x, y) => pull(field.sharesAt(x, y))],
  ], (x, y) => {
    const option = Math.floor(scores.xAt(x)), [[left, foot], [right], [, peak]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].map(field.at);
    if (y > tip && y < base && option >= 0 && option < 3) score(option, y);
    else if (x > left && x < right && y < foot && y > peak) view.put({ w: field.sharesAt(x, y) });
  });

  function draw() {
    const [x, alpha, w, answered] = ["x", "alpha", "w", "answer"].map(view.get), target = now();
    const { own: mine, best: found } = part.draw({ x, alpha, w, target, answered, field, scores });
    write(legend[0], mine);
    write(legend[1], found);
    show(answer, answered);
    const half = (scores.across(1) - scores.across(0)) * 0.28;
    OPTIONS.forEach((i) => {
      const middle = scores.across(i + 0.5), end = scores.up(x[i]);
      set(bars[i], { d: block(middle - half, middle + half, end, base) });
      ends[i].draw(middle, end);
    });
    own.draw(...field.at(w));
    top.element.style.visibility = answered ? "" : "hidden";
    top.draw(...field.at(target));
    controls.draw();
    write(reveal, answered ? part.hide : part.ask);
    const told = { x: `scores ${x.map((score) => words(score, 2)).join(", ")}`, alpha: `α = ${words(alpha, 2)}`, mine, found: answered ? found : "" };
    set(picture, { "aria-label": `Bars of the ${told.x} at ${told.alpha}; in the triangle of shares ${[mine, told.found].filter(Boolean).join("; ")}.` });
    say(told);
  }
  follow(view, draw);
  return view.close;
}

export { OPTIONS, bar, best, block, label, list, move, simplex, yours };
