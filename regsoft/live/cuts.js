// The next word, cut by three rules: drag each cut, then change the temperature and see which cuts move.
import { clamp, minP, softmax, sum, topP } from "./maths.js";
import {
  begin, button, dot, drag, follow, html, path, plane, reset, set, sliders, stage, svg, toggle, voice, words, write,
} from "./kit.js";

// How often each of 31 words follows "of", and the places, in pixels: as in cuts.py, which draws the still.
const COUNTS = [7, 6, 5, 3, ...Array(7).fill(2), ...Array(20).fill(1)], SCORES = COUNTS.map(Math.log);
const [LEFT, TOP, BASE, HEIGHT] = [40, 70, 316, 360], HANDLES = [92, 140, 188];
const TICKS = { 1: "7", 2: "6", 3: "5", 4: "3", 8: "2", 21.5: "1" };
const RULES = ["top-k", "top-p", "min-p"], KEYS = ["k", "p", "m"], COLOURS = ["--rs-orange", "--rs-green", "--rs-purple"];
const counted = (count) => (count === 1 ? "1 word" : `${count} words`);

function render({ model, el }) {
  const view = begin({ model, el }, 688);
  const say = voice(view);
  const scale = plane({
    x: [0.5, 31.5], y: [0, 1], xticks: Object.keys(TICKS).map(Number).sort((one, other) => one - other), yticks: [0, 0.5, 1],
    xname: "31 words after “of”, by their counts", yname: "share", tell: (place) => TICKS[place],
  });
  const before = () => softmax(SCORES, view.get("late") ? 1 : view.get("alpha"));
  const kept = (w) => [view.get("k"), topP(w, view.get("p")), minP(w, view.get("m"))];
  /** For each rule, the parameter value with which it keeps the first `count` words, and those that tie with the last of them. */
  const asking = [
    (count) => count,
    (count, w) => sum(w.slice(0, count)) - w[count - 1] / 2,
    (count, w) => (w[count - 1] > (w[count] ?? 0) ? (w[count - 1] + (w[count] ?? 0)) / 2 : w[count - 1] * 0.999) / w[0],
  ];
  const cut = (i, count) => view.put({ [KEYS[i]]: asking[i](clamp(Math.round(count), 1, COUNTS.length), before()) });

  const bars = COUNTS.map(() => svg("path", { style: "fill: var(--rs-blue)" }));
  const outlines = COUNTS.map(() => svg("path", { class: "rs-line" }));
  const key = [
    svg("path", { class: "rs-line", d: "M0 4H18V16H0Z" }), svg("text", { x: 26, y: 14 }, "shares of all 31 words"),
    svg("path", { d: "M0 22H18V34H0Z", style: "fill: var(--rs-blue)" }),
  ];
  const told = svg("text", { x: 26, y: 32 });
  const lines = COLOURS.map((colour) => svg("path", { fill: "none", style: `stroke: var(${colour})` }));
  const names = RULES.map(() => svg("text", { class: "rs-name" }));
  const cuts = RULES.map((name, i) => dot(view, `how many words ${name} keeps`, {
    colour: COLOURS[i], key: KEYS[i],
    step: (across, up) => {
      const w = before(), now = kept(w)[i], steps = across + up, tied = (count) => w[count - 1] === w[count];
      let count = now + steps;
      while (i === 2 && steps < 0 && count > 0 && tied(count)) count -= 1; // skip a whole group of tied words
      cut(i, count);
    },
    tell: () => {
      const count = kept(before())[i];
      return { now: count, low: 1, high: COUNTS.length, text: counted(count) };
    },
  }));
  let middle = 0;
  const picture = stage(view, (width) => {
    scale.place(LEFT, width - 16, TOP, BASE);
    middle = (LEFT + width - 16) / 2;
    return HEIGHT;
  },
  svg("g", { "aria-hidden": "true" }, ...key, told, scale.element, ...bars, ...outlines, ...lines, ...names),
  ...cuts.map(({ element }) => element));

  const controls = sliders(view);
  const rules = RULES.map((name, i) => button(name, () => view.put({ rule: i + 1 })));
  const late = toggle(view, "late", "Temperature last");
  view.root.append(
    picture, ...controls.rows,
    html("div", { class: "rs-buttons", role: "group", "aria-label": "the rule that is applied" }, ...rules),
    html("div", { class: "rs-buttons" }, late.element, reset(view)), view.spoken);
  drag(picture, cuts.map((handle, i) => [handle, (x) => cut(i, scale.xAt(x) - 0.5)]));

  function draw() {
    const alpha = view.get("alpha"), w = softmax(SCORES, alpha), counts = kept(before()), rule = view.get("rule") - 1;
    const count = counts[rule], total = sum(w.slice(0, count)), first = w[0] / total;
    const asked = KEYS.map((key, i) => words(view.get(key), i ? 2 : 0));
    w.forEach((share, i) => {
      const [left, right, top] = [scale.across(i + 0.6), scale.across(i + 1.4), scale.up(share)];
      set(outlines[i], { d: path([[left, BASE], [left, top], [right, top], [right, BASE]]) });
      const anew = scale.up(i < count ? share / total : 0);
      set(bars[i], { d: `${path([[left, BASE], [left, anew], [right, anew], [right, BASE]])}Z` });
    });
    counts.forEach((each, i) => {
      const place = scale.across(each + 0.5), right = place > middle, chosen = i === rule;
      set(lines[i], {
        d: path([[place, HANDLES[i]], [place, BASE]]), "stroke-width": chosen ? 2.5 : 1.5, "stroke-dasharray": chosen ? "none" : "4 3",
      });
      set(names[i], { x: place + (right ? -18 : 18), y: HANDLES[i] + 4, "text-anchor": right ? "end" : "start" });
      write(names[i], `${RULES[i]} ${asked[i]}: ${counted(each)}`);
      cuts[i].draw(place, HANDLES[i]);
      set(rules[i], { "aria-pressed": chosen });
    });
    write(told, `kept, renormalised: the first ${words(w[0], 3)} → ${words(first, 3)}`);
    controls.draw();
    late.draw();

    const said = RULES.map((name, i) => `${name} ${asked[i]} keeps ${counts[i]}`);
    const when = `temperature ${view.get("late") ? "last" : "first"}`;
    const applied = `applied: ${RULES[rule]}, the share of the first word ${words(w[0], 3)}, then ${words(first, 3)}`;
    set(picture, { "aria-label": `31 words, ${when}, α = ${words(alpha, 2)}: ${said.join(", ")}; ${applied}.` });
    say({ alpha: `α = ${words(alpha, 2)}`, when, ...Object.fromEntries(KEYS.map((key, i) => [key, said[i]])), applied });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
