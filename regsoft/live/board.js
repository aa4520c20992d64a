// A game on twelve squares, planned with a smooth maximum: move the goal, the pit and the player.
import { clamp, plan } from "./maths.js";
import { NARROW, begin, dot, drag, follow, html, label, path, reset, set, sliders, stage, svg, toggle, voice, words, write } from "./kit.js";

// The places, in pixels, are those of board.py, which draws the still.
const [ROWS, COLUMNS, TOP, MIDDLE, LENGTH] = [3, 4, 36, 0.62, 0.36];
const SQUARES = Array.from({ length: ROWS * COLUMNS }, (_, i) => i);
const WAYS = [[0, -1], [1, 0], [0, 1], [-1, 0]], NAMES = ["up", "right", "down", "left"], SIGNS = "↑→↓←";
const [WIDE, TALL] = [{ side: 112, height: 380 }, { side: 70, height: 254 }];
const named = (place) => `row ${Math.floor(place / COLUMNS) + 1}, column ${(place % COLUMNS) + 1}`;

function render({ model, el }) {
  const view = begin({ model, el });
  const say = voice(view);
  let [left, side] = [16, 112];
  const at = (place) => [left + ((place % COLUMNS) + 0.5) * side, TOP + (Math.floor(place / COLUMNS) + MIDDLE) * side];
  const taken = (key) => ["goal", "pit", "player"].filter((other) => other !== key).map(view.get);
  const go = (key, place) => { if (!taken(key).includes(place)) view.put({ [key]: place }); };
  const placeAt = (x, y) =>
    COLUMNS * clamp(Math.floor((y - TOP) / side), 0, ROWS - 1) + clamp(Math.floor((x - left) / side), 0, COLUMNS - 1);

  const told = svg("text", { y: 14 });
  const borders = svg("path", { class: "rs-line", "stroke-opacity": 0.4 });
  const values = SQUARES.map(() => label(0, 0, "start", ""));
  const bars = SQUARES.map(() => svg("path", { fill: "none", "stroke-width": 4, style: "stroke: var(--rs-blue)" }));
  const middles = SQUARES.map(() => svg("circle", { r: 2.5, fill: "currentColor" }));
  const names = ["goal +1", "pit −1"].map((name) => svg("text", { class: "rs-name", "text-anchor": "middle" }, name));
  const pieces = [["goal", "--rs-green"], ["pit", "--rs-orange"], ["player", "--rs-ink"]].map(([key, colour]) => [key, dot(view, key, {
    colour, key,
    step: (across, up) => {
      const [row, column] = [Math.floor(view.get(key) / COLUMNS) - Math.sign(up), (view.get(key) % COLUMNS) + Math.sign(across)];
      if (row >= 0 && row < ROWS && column >= 0 && column < COLUMNS) go(key, COLUMNS * row + column);
    },
    tell: () => ({ now: view.get(key), low: 0, high: SQUARES.length - 1, text: named(view.get(key)) }),
  })]);
  const picture = stage(view, (width) => {
    const { side: wide, height } = width < NARROW && width < 480 ? TALL : WIDE;
    side = wide;
    left = width < 480 ? (width - COLUMNS * side) / 2 : 16;
    set(told, { x: left });
    const lines = [...Array(COLUMNS + 1).keys()].map((i) => path([[left + i * side, TOP], [left + i * side, TOP + ROWS * side]]));
    const rows = [...Array(ROWS + 1).keys()].map((i) => path([[left, TOP + i * side], [left + COLUMNS * side, TOP + i * side]]));
    set(borders, { d: [...lines, ...rows].join("") });
    SQUARES.forEach((place) => {
      const [x, y] = at(place);
      set(values[place], { x: x - side / 2 + 8, y: y - MIDDLE * side + 15 });
      set(middles[place], { cx: x, cy: y });
    });
    return height;
  },
  svg("g", { "aria-hidden": "true" }, told, borders, ...bars, ...middles, ...values), ...pieces.map(([, { element }]) => element),
  svg("g", { class: "rs-above", "aria-hidden": "true" }, ...names));

  const controls = sliders(view);
  const mellow = toggle(view, "mellow", "Use mellowmax");
  view.root.append(picture, ...controls.rows, html("div", { class: "rs-buttons" }, mellow.element, reset(view)), view.spoken);
  drag(picture, pieces.map(([key, piece]) => [piece, (x, y) => go(key, placeAt(x, y))]), (x, y) => go("player", placeAt(x, y)));

  function draw() {
    const [alpha, slip, goal, pit, player, mild] = ["alpha", "slip", "goal", "pit", "player", "mellow"].map(view.get);
    const board = plan(goal, pit, slip, alpha, mild), walked = SQUARES.filter((place) => place !== goal && place !== pit);
    SQUARES.forEach((place) => {
      const [value, ...moves] = board[place], [x, y] = at(place), open = walked.includes(place);
      write(values[place], open ? words(value, 2) : "");
      set(middles[place], { visibility: open ? "visible" : "hidden" });
      const ends = moves.map((share, i) => path([[x, y], [x + LENGTH * side * share * WAYS[i][0], y + LENGTH * side * share * WAYS[i][1]]]));
      set(bars[place], { d: open ? ends.join("") : "M0 0" });
    });
    pieces.forEach(([key, piece], i) => {
      const [x, y] = at(view.get(key));
      piece.draw(x, y);
      if (names[i]) set(names[i], { x, y: y - MIDDLE * side + 15 });
    });
    const shares = board[player].slice(1), all = walked.map((place) => board[place][0]);
    write(told, `player: ${shares.map((share, i) => `${SIGNS[i]} ${words(share, 2)}`).join("  ")}`);
    controls.draw();
    mellow.draw();

    const how = mild ? "mellowmax" : "logsumexp";
    const moves = shares.map((share, i) => `${NAMES[i]} ${words(share, 2)}`).join(", ");
    const sentences = {
      how: `values by ${how}`, alpha: `α = ${words(alpha, 2)}`, slip: `slip ${words(slip, 2)}`,
      goal: `goal in ${named(goal)}`, pit: `pit in ${named(pit)}`, player: `the player in ${named(player)}`, moves: `chooses ${moves}`,
    };
    const range = `from ${words(Math.min(...all), 2)} to ${words(Math.max(...all), 2)}`;
    set(picture, {
      "aria-label": `Values by ${how} at ${sentences.alpha} and ${sentences.slip}, ${range}; ${sentences.goal}, ${sentences.pit}; ${sentences.player} ${sentences.moves}.`,
    });
    say(sentences);
  }
  follow(view, draw);
  return view.close;
}

export default { render };
