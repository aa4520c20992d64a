// What the pictures share: elements, controls, handles, redrawing when the model changes, text for screen readers.
import { clamp, sparsemax } from "./maths.js";

const PAUSE = 600; // milliseconds without a change before the new text goes to screen readers
const NARROW = 560; // a drawing narrower than this stacks the parts that otherwise stand side by side
const REACH = 24; // pixels around a handle within which a pointer takes hold of it
const SLIP = 4; // pixels that a pointer may move during a click
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const SUBSCRIPTS = "₁₂₃₄₅₆₇₈₉";
const OWN = new Set([...Object.keys(ARROWS), "Home", "End", "PageUp", "PageDown", "Enter", " "]);

// ---------------------------------------------------------------------- elements

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

/** Set attributes, and write a text, where they are new: others would have the page laid out anew. */
function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
  }
  return element;
}
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const path = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
const show = (element, shown) => element.classList.toggle("rs-hidden", !shown);

/** A number as text, with a true minus sign and none before a zero. */
function words(value, digits) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}
const short = (value) => String(value).replace("-", "−");

// ---------------------------------------------------------------------- a view

/**
 * Start a view of a model: the object that the parts of the picture share. `_controls` of the model has the limits and the start of each
 * parameter; `close` removes timers, observers and listeners outside the element. `width` is the maximum width, in pixels.
 */
function begin({ model, el }, width = 480) {
  const controls = model.get("_controls"), keys = new WeakMap(), closing = [];
  const root = html("div", { class: "rs", style: `--rs-width: ${width}px` }), spoken = html("p", { class: "rs-spoken", "aria-live": "polite" });
  const view = { model, root, controls, keys, closing, spoken, get: (key) => model.get(key) };
  view.put = (values) => {
    for (const [key, value] of Object.entries(values)) {
      const { low, high } = controls[key], within = (number) => (low === undefined ? number : clamp(number, low, high));
      model.set(key, Array.isArray(value) ? value.map(within) : within(value));
    }
    model.save_changes();
  };
  view.close = () => closing.forEach((undo) => undo());
  el.append(root);

  // A notebook listens for keys at the document; a capturing listener at the window gets them first.
  const take = (event) => {
    if (!OWN.has(event.key) || event.altKey || event.ctrlKey || event.metaKey) return;
    const target = event.composedPath()[0];
    if (!root.contains(target)) return;
    const step = keys.get(target), arrow = ARROWS[event.key];
    if (step && arrow) {
      event.preventDefault();
      const times = event.shiftKey ? 10 : 1;
      step(times * arrow[0], times * arrow[1]);
    }
    event.stopPropagation(); // native controls still get the key
  };
  addEventListener("keydown", take, true);
  closing.push(() => removeEventListener("keydown", take, true));
  return view;
}

/**
 * Draw now, before the next frame after a change of the model, and when the width has changed. `draw` gets whether the
 * stage was laid out anew. Its width is read only then: to read it is to have the page laid out.
 */
function follow(view, draw) {
  let [waiting, resized] = [0, true];
  const fitAndDraw = () => {
    const fitted = resized && view.fit();
    resized = false;
    draw(fitted);
  };
  const later = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      fitAndDraw();
    });
  };
  const events = Object.keys(view.controls).map((key) => `change:${key}`);
  for (const event of events) view.model.on(event, later);
  const wide = new ResizeObserver(() => {
    resized = true;
    later();
  });
  wide.observe(view.root);
  view.closing.push(() => {
    cancelAnimationFrame(waiting);
    wide.disconnect();
    for (const event of events) view.model.off(event, later);
  });
  fitAndDraw();
}

/**
 * A function that gets named sentences and, after a pause, speaks those that have changed. The first ones are only remembered, not spoken.
 * The sentence of the control that has the focus is left out: the screen reader already says its value.
 */
function voice(view) {
  let [last, waiting] = [null, 0];
  view.closing.push(() => clearTimeout(waiting));
  return (sentences) => {
    last ||= sentences;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      const moved = view.root.getRootNode().activeElement?.dataset.key;
      const fresh = Object.keys(sentences).filter((key) => key !== moved && sentences[key] !== last[key]);
      last = sentences;
      if (fresh.length) view.spoken.textContent = fresh.map((key) => sentences[key]).filter(Boolean).join("; ");
    }, PAUSE);
  };
}

// ---------------------------------------------------------------------- a stage and its planes

/**
 * The svg of a picture, as wide as its container: `lay` gets the width, places what depends only on the width, and
 * returns the height. `fit` of the view calls it if the width has changed, and says whether it has.
 */
function stage(view, lay, ...children) {
  const element = svg("svg", { class: "rs-stage", role: "group" }, ...children);
  let width = 0;
  view.fit = () => {
    if (!element.clientWidth || element.clientWidth === width) return false;
    width = element.clientWidth;
    const height = lay(width);
    set(element, { viewBox: `0 0 ${width} ${height}`, height });
    return true;
  };
  return element;
}

const label = (x, y, anchor, text) => svg("text", { x, y, "text-anchor": anchor }, text);

/** A plane in a box of pixels: converts values to places and back, and draws ticks (`tell` gives the text of those below) and axis names. `place` moves it. */
function plane({ x: [x0, x1], y: [y0, y1], xticks = [], yticks = [], xname = "", yname = "", tell = short }) {
  const element = svg("g");
  let [left, right, top, base] = [0, 1, 0, 1];
  const across = (value) => left + ((right - left) * (value - x0)) / (x1 - x0);
  const up = (value) => base - ((base - top) * (value - y0)) / (y1 - y0);
  return {
    element, across, up,
    at: (x, y) => [across(x), up(y)],
    xAt: (place) => x0 + ((place - left) * (x1 - x0)) / (right - left),
    yAt: (place) => y0 + ((base - place) * (y1 - y0)) / (base - top),
    place(...box) {
      [left, right, top, base] = box;
      const few = right - left < 60 * (xticks.length - 1) && xticks.length % 2 ? xticks.filter((_, i) => i % 2 === 0) : xticks;
      element.replaceChildren(
        ...yticks.map((v) => svg("path", { class: "rs-rule", d: path([[left, up(v)], [right, up(v)]]) })),
        ...yticks.map((v) => label(left - 8, up(v) + 4, "end", short(v))),
        svg("path", { class: "rs-line", d: path([[left, base], [right, base]]), "stroke-width": 0.8 }),
        ...few.map((v) => label(across(v), base + 26, "middle", tell(v))),
        label((left + right) / 2, base + 41, "middle", xname), label(left, top - 10, "start", yname),
      );
    },
  };
}

/** A triangle in pixels for shares of three options: converts shares to places and back, and draws the triangle with the names of its corners. */
function triangle(names = ["w₁", "w₂", "w₃"]) {
  const element = svg("g");
  let [left, base, side] = [0, 1, 1];
  const high = () => (side * Math.sqrt(3)) / 2;
  const at = ([, second, third]) => [left + side * (second + third / 2), base - high() * third];
  return {
    element, at,
    /** The nearest shares to a place. */
    sharesAt: (x, y) => {
      const third = (base - y) / high(), second = (x - left) / side - third / 2;
      return sparsemax([1 - second - third, second, third]);
    },
    place(start, end, bottom) {
      [left, base, side] = [start, bottom, end - start];
      const corners = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].map(at), offsets = [[-6, 26], [6, 26], [0, -16]];
      element.replaceChildren(
        svg("path", { class: "rs-line", d: `${path(corners)}Z`, "stroke-linejoin": "round" }),
        ...corners.map(([x, y], i) => label(x + offsets[i][0], y + offsets[i][1], "middle", names[i])),
      );
    },
  };
}

// ---------------------------------------------------------------------- controls

/**
 * Functions that read and write a parameter, or one entry of a list. If the list has a fixed total, the other entries
 * are scaled and keep their ratios.
 */
function access(view, key, index) {
  const { low, high, total } = view.controls[key];
  if (index === undefined) return { get: () => view.get(key), put: (value) => view.put({ [key]: value }) };
  const put = (value) => {
    const now = view.get(key), set = clamp(value, low, high), rest = total - now[index];
    const other = (entry) => (!total ? entry : rest ? (entry * (total - set)) / rest : (total - set) / (now.length - 1));
    view.put({ [key]: now.map((entry, i) => (i === index ? set : other(entry))) });
  };
  return { get: () => view.get(key)[index], put };
}

/**
 * The sliders of the parameters that have a label, one for each entry of a list: native range inputs, and a function
 * that draws their values. The first `column` stand beside the others where there is room.
 */
function sliders(view, column) {
  const shown = Object.entries(view.controls).filter(([, { label }]) => label).sort(([, one], [, other]) => one.place - other.place);
  const all = shown.flatMap(([key, control]) =>
    (Array.isArray(control.start)
      ? control.start.map((_, i) => slider(view, key, { ...control, label: control.label + SUBSCRIPTS[i] }, i))
      : slider(view, key, control)));
  const rows = all.map(({ row }) => row), half = (...part) => html("div", {}, ...rows.slice(...part));
  return {
    rows: column ? [html("div", { class: "rs-columns" }, half(0, column), half(column))] : rows,
    draw: () => { for (const { draw } of all) draw(); },
  };
}

function slider(view, key, { label, low, high, step, digits, ratio }, index) {
  const { get, put } = access(view, key, index);
  // The positions of a slider with a `ratio` are numbers of steps above the lowest value.
  const place = ratio ? (value) => Number((Math.log(value / low) / Math.log(ratio)).toFixed(6)) : (value) => value;
  const value = ratio ? (place) => Number((low * ratio ** place).toPrecision(6)) : (place) => place;
  const input = html("input", {
    type: "range", class: "rs-range", min: place(low), max: ratio ? Math.ceil(place(high) - 1e-9) : high, step: ratio ? 1 : step, "data-key": key,
  });
  const output = html("output", { class: "rs-value", "aria-live": "off" });
  input.addEventListener("input", () => put(value(input.valueAsNumber)));
  const draw = () => {
    const text = words(get(), digits);
    input.value = place(get());
    input.setAttribute("aria-valuetext", text);
    write(output, text);
  };
  return { row: html("div", { class: "rs-row" }, html("label", {}, html("span", { class: "rs-label" }, label), input), output), draw };
}

function button(name, press) {
  const element = html("button", { type: "button", class: "rs-button" }, name);
  element.addEventListener("click", press);
  return element;
}

/** A button that is pressed while a switch is on, and a function that draws it. */
function toggle(view, key, name) {
  const element = button(name, () => view.put({ [key]: !view.get(key) }));
  return { element, draw: () => set(element, { "aria-pressed": view.get(key) }) };
}

/** A button that puts every parameter back to where it was when the widget was made. */
const reset = (view) =>
  button("Reset", () => view.put(Object.fromEntries(Object.entries(view.controls).map(([key, { start }]) => [key, start]))));

// ---------------------------------------------------------------------- handles

/**
 * A dot that can be dragged: a target for a finger, a ring for the focus, the dot itself. `step` is called with the
 * arrow-key steps across and up; `tell` returns the value as a number with its limits, and as text.
 */
function dot(view, name, { colour, step, tell, key = "" }) {
  const element = svg("g", { class: "rs-handle", role: "slider", tabindex: 0, "data-key": key, "aria-label": name },
    svg("circle", { class: "rs-target", r: REACH }), svg("circle", { class: "rs-ring", r: 12 }),
    svg("circle", { class: "rs-dot", r: 7, style: `fill: var(${colour})` }));
  view.keys.set(element, step);
  const draw = (x, y) => {
    const { now, low, high, text } = tell();
    Object.assign(element, { place: [x, y] });
    set(element, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "aria-valuenow": now, "aria-valuemin": low, "aria-valuemax": high, "aria-valuetext": text });
  };
  return { element, draw };
}

/** A dot for one parameter, or for an entry of a list. */
function handle(view, key, name, { colour, step, index }) {
  const { low, high, digits } = view.controls[key], { get, put } = access(view, key, index);
  return dot(view, name, {
    colour, key,
    step: (across, up) => put(get() + step * (across + up)),
    tell: () => ({ now: get(), low, high, text: words(get(), digits) }),
  });
}

/**
 * Let the handles of a stage, [[handle, move], …], be dragged: `move` gets the place of the pointer in pixels. A
 * pointer takes hold of the nearest handle; `tap`, if given, gets the place of a click that hits no handle. A finger
 * elsewhere scrolls the page. `sweep`, if given, gets the place where a press hits no handle, and returns a function
 * that gets the later places, or nothing.
 */
function drag(stage, handles, tap, sweep) {
  const place = ({ clientX, clientY }) => {
    const box = stage.getBoundingClientRect(), scale = stage.viewBox.baseVal.width / box.width;
    return [(clientX - box.x) * scale, (clientY - box.y) * scale];
  };
  const nearest = ([x, y]) => {
    const [found] = handles.filter(([{ element }]) => element.style.visibility !== "hidden")
      .map(([{ element }, move]) => ({ element, move, far: Math.hypot(x - element.place[0], y - element.place[1]) }))
      .sort((one, other) => one.far - other.far);
    return found?.far <= REACH ? found : null;
  };
  let held = null; // the handle, and the offset of the pointer from its middle when gripped, so that it does not jump
  let [start, moved] = [[0, 0], false];
  stage.addEventListener("pointerdown", (event) => {
    const at = place(event), found = event.button === 0 && nearest(at);
    [start, moved] = [at, false];
    if (!found) {
      const move = event.button === 0 && sweep?.(...at);
      if (!move) return;
      stage.setPointerCapture(event.pointerId);
      held = { move, grip: [0, 0] };
      return;
    }
    event.preventDefault();
    found.element.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    held = { ...found, grip: [at[0] - found.element.place[0], at[1] - found.element.place[1]] };
    held.element.classList.add("rs-held");
  });
  stage.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = place(event);
    moved ||= Math.hypot(x - start[0], y - start[1]) > SLIP;
    held.move(x - held.grip[0], y - held.grip[1]);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    stage.addEventListener(end, () => {
      held?.element?.classList.remove("rs-held");
      held = null;
    });
  }
  // Chromium does not obey touch-action inside an svg.
  stage.addEventListener("touchstart", (event) => {
    if (nearest(place(event.changedTouches[0]))) event.preventDefault();
  }, { passive: false });
  stage.addEventListener("click", (event) => {
    const at = place(event);
    if (!moved && !nearest(at)) tap?.(...at);
  });
}

export {
  NARROW, SUBSCRIPTS, access, begin, button, dot, drag, follow, handle, html, label, path, plane, reset, set, short, show, sliders, stage, svg,
  toggle, triangle, voice, words, write,
};
