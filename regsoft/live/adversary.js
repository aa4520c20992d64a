// Two experts, one of which the reader makes lose in each round: what that costs "follow the leader", and what it costs Hedge.
import { followTheLeader, hedge, hedgeBound, regret, sum } from "./maths.js";
import {
  begin, button, drag, follow, handle, html, label, path, plane, reset, set, show, sliders, stage, svg, voice, words, write,
} from "./kit.js";

// The places, in pixels, are those of adversary.py, which draws the still.
const [HEIGHT, LEFT, RIGHT, TOP, MIDDLE, FLOOR, HIGH, BASE] = [468, 62, 8, 110, 160, 210, 250, 422];
const fine = (value) => Math.round(value * 1000) / 1000;
const lossOf = (who, round) => [1, 2].map((expert) => (expert === who ? (round === 0 ? 0.5 : 1) : 0));
/** A step line of shares: each lasts one round, the first from 1/2 to 3/2. */
const steps = (values) => values.flatMap((value, t) => [[t + 0.5, value], [t + 1.5, value]]);

function render({ model, el }) {
  const view = begin({ model, el }, 600);
  const say = voice(view);
  const { limit } = view.controls.rounds;
  const shares = plane({ x: [-2, limit + 1], y: [0, 1] });
  const costs = plane({ x: [-2, limit + 1], y: [0, 21], xticks: [0, 10, 20, 30, 40], yticks: [0, 5, 10, 15, 20], xname: "round", yname: "regret" });

  const [orange, blue, green] = ["orange", "blue", "green"].map((name) => ({ fill: "none", style: `stroke: var(--rs-${name})` }));
  const leader = { ...orange, "stroke-width": 1.5, "stroke-dasharray": "5 3" }, bold = { ...blue, "stroke-width": 2.5 };
  const [leaderShare, hedgeShare, leaderCost, hedgeCost] = [leader, bold, leader, bold].map((look) => svg("path", look));
  const bound = svg("path", { ...green, "stroke-width": 1.5, "stroke-dasharray": "9 3 2 3" });
  const band = svg("rect", { y: TOP - 8, height: FLOOR - TOP + 16, class: "rs-band" });
  const halves = [TOP - 8, MIDDLE].map((y) => svg("rect", { class: "rs-tap", x: LEFT, y, height: MIDDLE - TOP + 8 }));
  const dots = svg("path", { style: "fill: currentColor" });
  const next = [svg("path", { d: "M0 -7L7 0L0 7L-7 0Z", style: "fill: var(--rs-orange)" }), svg("circle", { r: 4.5, style: "fill: var(--rs-blue)" })];
  const question = label(LEFT, TOP - 16, "start", "");
  const frame = svg("g"), name = svg("text", { class: "rs-name" }, "α");
  const legend = [14, 32, 50, 68].map((y) => svg("text", { x: 34, y }));
  const samples = [leaderCost, hedgeCost, bound].map((line, i) => set(line.cloneNode(), { d: path([[0, 10 + 18 * i], [26, 10 + 18 * i]]) }));
  const sample = svg("circle", { cx: 13, cy: 64, r: 3, style: "fill: currentColor" });

  const start = handle(view, "alpha", "weight α of the entropy: the bound of Hedge starts at α log 2", { colour: "--rs-green", step: 0.05 });
  const picture = stage(view, (width) => {
    const right = width - RIGHT;
    shares.place(LEFT, right, TOP, FLOOR);
    costs.place(LEFT, right, HIGH, BASE);
    for (const half of halves) set(half, { width: right - LEFT });
    frame.replaceChildren(...[TOP, MIDDLE, FLOOR].map((y) => svg("path", { class: "rs-rule", d: path([[LEFT, y], [right, y]]) })),
      label(LEFT - 8, TOP + 4, "end", "expert 1"), label(LEFT - 8, MIDDLE + 4, "end", "half each"), label(LEFT - 8, FLOOR + 4, "end", "expert 2"));
    return HEIGHT;
  },
  svg("g", { "aria-hidden": "true" }, ...samples, sample, ...legend, question, frame, costs.element, band, hedgeShare, leaderShare, dots, ...next, bound, leaderCost, hedgeCost, name),
  start.element, ...halves);

  const get = () => view.get("rounds");
  const play = (who) => get().length < limit && view.put({ rounds: [...get(), who] });
  const table = () => [...get().map(lossOf), [0, 0]]; // the last row is for the next round
  const choices = [1, 2].map((who) => button(`Expert ${who} loses`, () => play(who)));
  for (const choice of choices) view.keys.set(choice, (across, up) => play(across < 0 || up > 0 ? 1 : 2));
  const fool = button("Fool the leader", () => play(followTheLeader(table()).at(-1)[0] > 0 ? 1 : 2));
  const undo = button("Undo", () => view.put({ rounds: get().slice(0, -1) }));
  const controls = sliders(view);
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons rs-tight" }, ...choices),
    html("div", { class: "rs-buttons rs-tight" }, fool, undo, reset(view)), view.spoken);
  drag(picture, [[start, (_, y) => view.put({ alpha: fine(costs.yAt(y) / Math.LN2) })]],
    (x, y) => { if (x >= LEFT && y >= TOP - 8 && y <= FLOOR + 8) play(y < MIDDLE ? 1 : 2); });

  function draw() {
    const rounds = get(), count = rounds.length, alpha = view.get("alpha"), losses = table();
    const rules = [followTheLeader(losses), hedge(losses, alpha)];
    const regretsOf = rules.map((rule) => losses.map((_, t) => (t === 0 ? 0 : regret(losses.slice(0, t), rule.slice(0, t)))));
    const paid = rules.map((rule) => sum(losses.map((loss, t) => loss[0] * rule[t][0] + loss[1] * rule[t][1])));
    const most = hedgeBound(count, 2, alpha), over = count === limit;

    [leaderShare, hedgeShare].forEach((line, i) => {
      const first = rules[i].map(([share]) => share);
      set(line, { d: count ? path(steps(first.slice(0, -1)).map(([x, y]) => shares.at(x, y))) : "" });
      set(next[i], { transform: `translate(${shares.at(count + 1, first.at(-1)).map((v) => v.toFixed(1)).join(" ")})` });
      show(next[i], !over);
    });
    [leaderCost, hedgeCost].forEach((line, i) => set(line, { d: path(regretsOf[i].map((value, t) => costs.at(t, value))) }));
    const ends = [0, limit].map((t) => costs.at(t, hedgeBound(t, 2, alpha)));
    set(bound, { d: path(ends) });
    set(dots, { d: rounds.map((who, t) => `M${shares.at(t + 1, 2 - who).map((v) => v.toFixed(1)).join(" ")}m-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0`).join("") });
    set(band, { x: shares.across(count + 0.5).toFixed(1), width: (shares.across(1) - shares.across(0)).toFixed(1) });
    show(band, !over);
    for (const half of halves) show(half, !over);

    const told = ["follow the leader", "Hedge"].map((who, i) => `${who} paid ${words(paid[i], 2)}, regret ${words(regretsOf[i].at(-1), 2)}`);
    const totals = [0, 1].map((expert) => words(sum(losses.map((loss) => loss[expert])), 1));
    const lost = `expert 1 lost ${totals[0]}, expert 2 lost ${totals[1]}`;
    const bounded = `Hedge’s bound ${words(most, 2)}`;
    [...told, bounded, lost].forEach((line, i) => write(legend[i], line));
    write(question, over ? `all ${limit} rounds are played` : `round ${count + 1}: who loses?`);
    start.draw(...ends[0]);
    set(name, { x: ends[0][0] - 4, y: ends[0][1] - 16 });
    controls.draw();

    const played = count ? `round ${count}: expert ${rounds.at(-1)} lost` : "no round has been played";
    const ahead = over ? "" : `next the leader puts ${words(rules[0].at(-1)[0], 2)} on expert 1, Hedge ${words(rules[1].at(-1)[0], 2)}`;
    set(picture, { "aria-label": `Two experts, α = ${words(alpha, 2)}, ${played}: ${[...told, bounded, lost, ahead].filter(Boolean).join("; ")}.` });
    say({ alpha: `α = ${words(alpha, 2)}`, played, leader: told[0], hedge: told[1], bounded, ahead });
  }
  follow(view, draw);
  return view.close;
}

export default { render };
