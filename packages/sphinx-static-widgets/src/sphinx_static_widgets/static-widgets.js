/* Static widgets: ipywidgets on a published page, without a kernel.
 *
 * A notebook that was saved with its widget state carries everything that a picture linked to a slider
 * needs: the sliders, every frame, and the links between them (`jslink`, `jsdlink`). This script reads that
 * state in the standard embedding (one script element of type application/vnd.jupyter.widget-state+json, one
 * of type application/vnd.jupyter.widget-view+json for each view) and draws native form controls.
 *
 * What it draws: SelectionSlider, IntSlider, FloatSlider, Dropdown, Checkbox, VBox, HBox, Box, Stack, HTML,
 * Label and Image. Whatever else it meets, and every control that nothing is linked to, becomes a notice:
 * a control that moves and changes nothing would be worse than none.
 *
 * An element of class "sw-static" next to a view is what the page shows until this script runs, and all it
 * shows without JavaScript. The live view takes its place. A view whose state is damaged leaves it there, and a
 * notice below it; the other views are drawn.
 *
 * Part of sphinx-static-widgets, whose README.md says how a book uses it. MIT licence.
 */
(() => {
  "use strict";

  const STATE = "application/vnd.jupyter.widget-state+json";
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const REFERENCE = "IPY_MODEL_";
  const MOST = 50_000; // widgets drawn on one page: stops widgets that contain themselves

  // ---------------------------------------------------------------- the models and their links

  // A saved state may leave out what has its default.
  const SELECTION = { _options_labels: [], index: null };
  const DEFAULTS = {
    IntSlider: { min: 0, max: 100, step: 1, value: 0 },
    FloatSlider: { min: 0, max: 100, step: 0.1, value: 0, readout_format: ".2f" },
    SelectionSlider: { ...SELECTION, index: 0 },
    Dropdown: SELECTION,
    Checkbox: { value: false },
    Stack: { children: [], selected_index: null },
    VBox: { children: [] },
    HBox: { children: [] },
    Box: { children: [] },
    HTML: { value: "" },
    Label: { value: "" },
    Image: { value: new Uint8Array(), format: "png" },
  };

  /** The state of one widget, as it was saved, with listeners for each of its keys. */
  class Model {
    #state;
    #listeners = new Map();

    constructor({ model_name, state, buffers = [] }) {
      this.name = String(model_name).replace(/Model$/, "");
      this.linked = new Set(); // keys that take part in a link
      this.#state = { ...DEFAULTS[this.name], ...state };
      for (const { path, data } of buffers) {
        if (path.length === 1) this.#state[path[0]] = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      }
    }

    get(key) {
      return this.#state[key];
    }

    set(key, value) {
      if (Object.is(this.#state[key], value) || typeof (value ?? 0) === "object") return; // controls send plain values, never objects
      this.#state[key] = value;
      for (const listener of this.#listeners.get(key) ?? []) listener(value);
    }

    /** Call `listener` with the value of `key` now and after every change. */
    watch(key, listener) {
      if (!this.#listeners.has(key)) this.#listeners.set(key, []);
      this.#listeners.get(key).push(listener);
      listener(this.get(key));
    }
  }

  /** Every model of the page by its id, connected by the links among them; malformed records are skipped. */
  function readModels(records) {
    const models = new Map();
    for (const [id, record] of Object.entries(records ?? {})) {
      try {
        models.set(id, new Model(record));
      } catch (error) {
        console.warn(`static-widgets: the widget ${id} was not saved well:`, error);
      }
    }
    const end = (pair) => (Array.isArray(pair) ? [resolve(models, pair[0]), String(pair[1])] : []);
    for (const link of models.values()) {
      if (link.name !== "Link" && link.name !== "DirectionalLink") continue;
      const [source, sourceKey] = end(link.get("source"));
      const [target, targetKey] = end(link.get("target"));
      if (!source || !target) continue;
      source.linked.add(sourceKey);
      source.watch(sourceKey, (value) => target.set(targetKey, value));
      if (link.name === "DirectionalLink") continue;
      target.linked.add(targetKey);
      target.watch(targetKey, (value) => source.set(sourceKey, value));
    }
    return models;
  }

  const resolve = (models, reference) => models.get(String(reference).replace(REFERENCE, ""));

  // ---------------------------------------------------------------- HTML that cannot run anything

  const ELEMENTS = new Set(
    (
      "a abbr b bdi blockquote br caption code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 " +
      "hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td tfoot th " +
      "thead time tr u ul var wbr " +
      "svg circle clippath defs desc ellipse g image line lineargradient marker mask path pattern polygon " +
      "polyline radialgradient rect stop style switch symbol text textpath title tspan use"
    ).split(" "),
  );
  const ADDRESSES = new Set(["href", "xlink:href", "src"]);
  const BLANK = /[\u0000-\u0020]/g; // browsers skip it: "java\nscript:" is an address of a script
  const SAFE_ADDRESS = /^(#|https?:|mailto:|data:image\/(png|jpeg|gif|webp);|(?![a-z][a-z0-9+.-]*:))/i;

  /** Parse HTML inertly and keep only elements and attributes that show something. */
  function parseHTML(html) {
    const body = new DOMParser().parseFromString(html, "text/html").body;
    for (const element of [...body.querySelectorAll("*")]) {
      if (!ELEMENTS.has(element.localName.toLowerCase())) {
        element.remove();
        continue;
      }
      for (const { name, value } of [...element.attributes]) {
        const runs = name.toLowerCase().startsWith("on") || name === "name"; // a name would hide parts of `document`
        const leads = ADDRESSES.has(name.toLowerCase()) && !SAFE_ADDRESS.test(value.replace(BLANK, ""));
        if (runs || leads) element.removeAttribute(name);
      }
    }
    return document.importNode(body, true).childNodes;
  }

  // ---------------------------------------------------------------- drawing

  let count = 0;

  function make(tag, className, properties = {}) {
    return Object.assign(document.createElement(tag), { className }, properties);
  }

  const notice = (text) => make("p", "sw-notice", { textContent: text });

  /** The notice in place of what was damaged; what exactly is wrong is for the console. */
  function damaged(error) {
    console.warn("static-widgets: a saved widget cannot be drawn:", error);
    return notice("The controls of this picture cannot be shown: they were not saved well.");
  }

  /** A label, a control and a place for its value, in one row; a notice when nothing is linked to it. */
  function row(model, key, control, output = null) {
    const name = model.get("description") || model.get("tooltip") || "value";
    if (!model.linked.has(key)) return notice(`The control “${name}” needs a running kernel.`);
    control.id = `sw-${++count}`;
    control.disabled = Boolean(model.get("disabled"));
    const element = make("div", "sw-row");
    element.append(make("label", "sw-label", { htmlFor: control.id, textContent: name }), control);
    if (output) {
      output.setAttribute("for", control.id);
      output.setAttribute("aria-live", "off"); // the slider itself says its value
      element.append(output);
    }
    return element;
  }

  /** A range input over `key`, saying its value in words: "α = 0.5". */
  function slider(model, key, { min, max, step }, inWords) {
    const input = make("input", "sw-range", { type: "range", min, max, step });
    const output = make("output", "sw-value");
    input.addEventListener("input", () => model.set(key, input.valueAsNumber));
    const element = row(model, key, input, output);
    model.watch(key, (value) => {
      input.value = value;
      output.textContent = inWords(value);
      const words = [model.get("description"), inWords(value)].filter(Boolean).join(" = ");
      input.setAttribute("aria-valuetext", words);
    });
    return element;
  }

  function numberSlider(model, inWords) {
    const scale = { min: model.get("min"), max: model.get("max"), step: model.get("step") };
    return slider(model, "value", scale, inWords);
  }

  function selectionSlider(model) {
    const labels = model.get("_options_labels").map(String);
    const element = slider(model, "index", { min: 0, max: labels.length - 1, step: 1 }, (index) => labels[index]);
    // Room for the longest word, so that the slider keeps its length while it is moved; letters are narrower than 0.
    const output = element.querySelector(".sw-value");
    if (output) output.style.minWidth = `${Math.max(5, ...labels.map((label) => 0.85 * label.length))}ch`;
    return element;
  }

  /** The readout of a FloatSlider: ".2f" and the like, otherwise at most six significant digits. */
  function decimals(model) {
    const format = /^\.(\d+)f$/.exec(model.get("readout_format"));
    return (value) => (format ? value.toFixed(Number(format[1])) : String(Number(value.toPrecision(6))));
  }

  function dropdown(model) {
    const select = make("select", "sw-select");
    for (const label of model.get("_options_labels")) select.append(make("option", "", { textContent: label }));
    select.addEventListener("change", () => model.set("index", select.selectedIndex));
    model.watch("index", (index) => { select.selectedIndex = index ?? -1; });
    return row(model, "index", select);
  }

  function checkbox(model) {
    const input = make("input", "sw-checkbox", { type: "checkbox" });
    input.addEventListener("change", () => model.set("value", input.checked));
    model.watch("value", (value) => { input.checked = value; });
    return row(model, "value", input);
  }

  function box(model, models, className) {
    const element = make("div", className);
    for (const reference of model.get("children")) element.append(draw(resolve(models, reference), models));
    return element;
  }

  /** One child of many; each is drawn when it is first shown, then kept. A later one that is damaged spoils no other. */
  function stack(model, models) {
    const element = make("div", "sw-stack");
    const children = model.get("children");
    const drawn = new Map();
    model.watch("selected_index", (index) => {
      if (index === null || !(index in children)) return element.replaceChildren();
      if (!drawn.has(index)) {
        try {
          drawn.set(index, draw(resolve(models, children[index]), models));
        } catch (error) {
          if (!drawn.size) throw error;
          drawn.set(index, damaged(error));
        }
      }
      element.replaceChildren(drawn.get(index));
    });
    return element;
  }

  function text(model, show) {
    const element = make("div", "sw-html");
    model.watch("value", (value) => show(element, String(value ?? "")));
    return element;
  }

  function image(model) {
    const picture = make("img", "sw-image", { alt: model.get("tooltip") ?? "", decoding: "sync" });
    model.watch("value", (bytes) => {
      URL.revokeObjectURL(picture.src);
      picture.src = URL.createObjectURL(new Blob([bytes], { type: `image/${model.get("format")}` }));
    });
    return picture;
  }

  const DRAW = {
    __proto__: null,
    VBox: (model, models) => box(model, models, "sw-column"),
    Box: (model, models) => box(model, models, "sw-column"),
    HBox: (model, models) => box(model, models, "sw-line"),
    Stack: stack,
    SelectionSlider: selectionSlider,
    IntSlider: (model) => numberSlider(model, String),
    FloatSlider: (model) => numberSlider(model, decimals(model)),
    Dropdown: dropdown,
    Checkbox: checkbox,
    HTML: (model) => text(model, (element, value) => element.replaceChildren(...parseHTML(value))),
    Label: (model) => text(model, (element, value) => { element.textContent = value; }),
    Image: image,
  };

  let room = MOST;

  function draw(model, models) {
    if (room-- <= 0) throw new RangeError(`more than ${MOST} widgets`);
    if (!model) return notice("A part of this picture was not saved with the notebook.");
    return DRAW[model.name]?.(model, models) ?? notice(`${model.name} needs a running kernel.`);
  }

  // ---------------------------------------------------------------- the page

  function drawViews(saved) {
    const models = readModels(saved?.state);
    for (const view of document.querySelectorAll(`script[type="${VIEW}"]`)) {
      const still = view.nextElementSibling?.classList.contains("sw-static") ? view.nextElementSibling : null;
      const live = make("div", "sw-live");
      try {
        const model = resolve(models, JSON.parse(view.textContent).model_id);
        if (!model) throw new TypeError("its widget is not in the saved state");
        live.append(draw(model, models));
        still?.remove();
      } catch (error) {
        live.append(damaged(error));
      } finally {
        room = MOST;
      }
      // Readers who cannot see the picture hear the words of the new one.
      live.querySelector(".sw-stack")?.setAttribute("aria-live", "polite");
      (still?.isConnected ? still : view).after(live);
    }
  }

  /** The state that stands in the page; without one that can be read, every view becomes a notice. */
  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      console.warn("static-widgets: the saved state cannot be read:", error);
      return null;
    }
  }

  /** Call once: when the reader first scrolls, points or presses a key, or when a still picture is in sight. */
  function whenReading(call) {
    const waiting = new AbortController();
    const sight = new IntersectionObserver((stills) => stills.some((still) => still.isIntersecting) && once());
    const once = () => {
      if (waiting.signal.aborted) return;
      waiting.abort();
      sight.disconnect();
      call();
    };
    for (const still of document.querySelectorAll(".sw-static")) sight.observe(still);
    for (const sign of ["scroll", "wheel", "touchstart", "pointerdown", "pointermove", "keydown"]) {
      addEventListener(sign, once, { passive: true, signal: waiting.signal });
    }
  }

  // The state stands in the page, or in a script that sends it as an event: such a script loads from a folder, too.
  const state = document.querySelector(`script[type="${STATE}"]`);
  if (!state) return;
  if (!state.dataset.src) return drawViews(parsed(state.textContent));
  document.addEventListener("widget-state", (event) => drawViews(event.detail), { once: true });
  whenReading(() => {
    const script = make("script");
    script.src = state.dataset.src;
    document.head.append(script);
  });
})();
