// What the pictures share: elements, controls, handles, a drawing that follows its model, words that are spoken.
import { clamp } from "./maths.js";

const PAUSE = 600; // milliseconds without a change before what has changed is spoken
const REACH = 24; // pixels around a handle within which a pointer takes hold of it
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
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
const set = (element, attributes) => fill(element, attributes, []);
const path = (points) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}`;
const show = (element, shown) => element.classList.toggle("rs-hidden", !shown);

/** A number as text, with a true minus sign and none before a zero. */
function words(value, digits) {
  const text = value.toFixed(digits);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

// ---------------------------------------------------------------------- a view

/**
 * Begin a view of a model: what its parts share. `_controls` of the model has the limits and the start of each
 * parameter; `close` undoes what was done outside of the element.
 */
function begin({ model, el }) {
  const controls = model.get("_controls"), keys = new WeakMap(), closing = [];
  const root = html("div", { class: "rs" }), spoken = html("p", { class: "rs-spoken", "aria-live": "polite" });
  const view = { model, root, controls, keys, closing, spoken, get: (key) => model.get(key) };
  view.put = (values) => {
    for (const [key, value] of Object.entries(values)) {
      const { min, max } = controls[key];
      model.set(key, min === undefined ? value : clamp(value, min, max));
    }
    model.save_changes();
  };
  view.close = () => closing.forEach((undo) => undo());
  el.append(root);

  // A notebook takes keys at the document: at the window they come first.
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
    event.stopPropagation(); // native controls answer all the same
  };
  addEventListener("keydown", take, true);
  closing.push(() => removeEventListener("keydown", take, true));
  return view;
}

/** Draw now, before the next frame after a change of the model, and when the width has changed. */
function follow(view, draw) {
  let waiting = 0;
  const later = () => {
    waiting ||= requestAnimationFrame(() => {
      waiting = 0;
      draw();
    });
  };
  const events = Object.keys(view.controls).map((key) => `change:${key}`);
  for (const event of events) view.model.on(event, later);
  const wide = new ResizeObserver(later);
  wide.observe(view.root);
  view.closing.push(() => {
    cancelAnimationFrame(waiting);
    wide.disconnect();
    for (const event of events) view.model.off(event, later);
  });
  draw();
}

/**
 * A function that speaks, after a pause, those of the named sentences that are new. The first are only remembered.
 * What the reader moves by itself is left out: a screen reader says it already.
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

// ---------------------------------------------------------------------- controls

/** A labelled native range input for a parameter, and a function that draws its value. */
function control(view, key, name, { step, digits }) {
  const { min, max } = view.controls[key];
  const input = html("input", { type: "range", class: "rs-range", min, max, step, "data-key": key });
  const output = html("output", { class: "rs-value", "aria-live": "off" });
  input.addEventListener("input", () => view.put({ [key]: input.valueAsNumber }));
  const draw = () => {
    const value = view.get(key), text = words(value, digits);
    input.value = value;
    input.setAttribute("aria-valuetext", text);
    output.textContent = text;
  };
  return { row: html("div", { class: "rs-row" }, html("label", {}, html("span", { class: "rs-label" }, name), input), output), draw };
}

function button(name, press) {
  const element = html("button", { type: "button", class: "rs-button" }, name);
  element.addEventListener("click", press);
  return element;
}

/** A button that puts every parameter back to where it was when the widget was made. */
const reset = (view) =>
  button("Reset", () => view.put(Object.fromEntries(Object.entries(view.controls).map(([key, { start }]) => [key, start]))));

// ---------------------------------------------------------------------- handles

/** A dot for a parameter that can be dragged: a target for a finger, a ring for the focus, the dot itself. */
function handle(view, key, name, { colour, digits, step }) {
  const { min, max } = view.controls[key];
  const element = svg("g", {
    class: "rs-handle", role: "slider", tabindex: 0, "data-key": key, "aria-label": name, "aria-valuemin": min, "aria-valuemax": max,
  }, svg("circle", { class: "rs-target", r: REACH }), svg("circle", { class: "rs-ring", r: 12 }),
  svg("circle", { class: "rs-dot", r: 7, style: `fill: var(${colour})` }));
  view.keys.set(element, (across, up) => view.put({ [key]: view.get(key) + step * (across + up) }));
  const draw = (x, y) => {
    Object.assign(element, { place: [x, y] });
    set(element, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`, "aria-valuenow": view.get(key), "aria-valuetext": words(view.get(key), digits) });
  };
  return { element, draw };
}

/**
 * Let the handles of a stage, [[handle, move], …], be dragged: `move` gets the place of the pointer in pixels. A
 * pointer takes the nearest one; `tap` gets the place of a click on none. A finger elsewhere scrolls the page.
 */
function drag(stage, handles, tap) {
  const place = ({ clientX, clientY }) => {
    const box = stage.getBoundingClientRect(), scale = stage.viewBox.baseVal.width / box.width;
    return [(clientX - box.x) * scale, (clientY - box.y) * scale];
  };
  const nearest = ([x, y]) => {
    const [found] = handles
      .map(([{ element }, move]) => ({ element, move, far: Math.hypot(x - element.place[0], y - element.place[1]) }))
      .sort((one, other) => one.far - other.far);
    return found.far <= REACH ? found : null;
  };
  let held = null; // the handle, and from where it was gripped to its middle, so that it does not jump
  stage.addEventListener("pointerdown", (event) => {
    const at = place(event), found = event.button === 0 && nearest(at);
    if (!found) return;
    event.preventDefault();
    found.element.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    held = { ...found, grip: [at[0] - found.element.place[0], at[1] - found.element.place[1]] };
    held.element.classList.add("rs-held");
  });
  stage.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = place(event);
    held.move(x - held.grip[0], y - held.grip[1]);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    stage.addEventListener(end, () => {
      held?.element.classList.remove("rs-held");
      held = null;
    });
  }
  // Chromium does not obey touch-action inside an svg.
  stage.addEventListener("touchstart", (event) => {
    if (nearest(place(event.changedTouches[0]))) event.preventDefault();
  }, { passive: false });
  stage.addEventListener("click", (event) => {
    const at = place(event);
    if (!nearest(at)) tap(...at);
  });
}

export { begin, button, control, drag, follow, handle, html, path, reset, set, show, svg, voice, words };
