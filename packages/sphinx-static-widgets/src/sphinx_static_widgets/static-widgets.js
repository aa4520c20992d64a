/* Static widgets: ipywidgets on a published page, without a kernel.
 *
 * A notebook that was saved with its widget state carries everything that a picture linked to a slider
 * needs: the sliders, every frame, and the links between them (`jslink`, `jsdlink`). This script reads that
 * state in the standard embedding (one script element of type application/vnd.jupyter.widget-state+json, one
 * of type application/vnd.jupyter.widget-view+json for each view) and draws native form controls.
 *
 * What it draws: SelectionSlider, IntSlider, FloatSlider, Dropdown, Checkbox, VBox, HBox, Box, Stack, Tab, HTML,
 * Label and Image, and each AnyWidget whose module the page names. Whatever else it meets, and every control that
 * nothing is linked to, becomes a notice: a control that moves and changes nothing would be worse than none.
 *
 * An element of class "sw-static" next to a view is what the page shows until this script runs, and all it
 * shows without JavaScript. The live view takes its place. A view whose state is damaged leaves it there, and a
 * notice below it; the other views are drawn. Where a module fails, the still alone stays.
 *
 * Part of sphinx-static-widgets, whose README.md says how a book uses it. MIT licence.
 */
(() => {
  "use strict";

  const STATE = "application/vnd.jupyter.widget-state+json";
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const MODULE = "application/vnd.sphinx-static-widgets.module";
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
    Tab: { children: [], titles: [], selected_index: null },
    VBox: { children: [] },
    HBox: { children: [] },
    Box: { children: [] },
    HTML: { value: "" },
    Label: { value: "" },
    Image: { value: new Uint8Array(), format: "png" },
  };

  const isJSON = (value) => Array.isArray(value) || (value && Object.getPrototypeOf(value) === Object.prototype);

  /** Whether two values are equal: lists and objects of JSON by what they hold, as a notebook compares them. */
  function same(a, b) {
    if (Object.is(a, b) || !isJSON(a) || !isJSON(b)) return Object.is(a, b);
    const keys = Object.keys(a);
    return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
  }

  /** Put the binary parts of a state at their places; `path` names keys of objects and places of lists. */
  function putBuffers(state, buffers) {
    for (const { path, data } of buffers) {
      const parents = path.slice(0, -1);
      const place = parents.reduce((value, key) => (Object.hasOwn(value, key) ? value[key] : {}), state);
      place[path.at(-1)] = new DataView(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer);
    }
    return state;
  }

  /** The state of one widget, as it was saved, with listeners for each of its keys. */
  class Model {
    #state;
    #listeners = new Map();

    constructor({ model_name, state, buffers = [] }) {
      this.name = String(model_name).replace(/Model$/, "");
      this.linked = new Set(); // keys that move others
      this.followed = new Set(); // keys that others move
      this.#state = putBuffers({ ...DEFAULTS[this.name], ...state }, buffers);
    }

    get(key) {
      return this.#state[key];
    }

    set(key, value) {
      if (typeof (value ?? 0) === "object" && this.name !== "Any") return; // controls hold plain values, never objects
      if (same(this.#state[key], value)) return;
      this.#state[key] = value;
      for (const event of [`change:${key}`, "change"]) {
        for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(value);
      }
    }

    /** Call `listener` at every event of this name; return what ends that. */
    on(event, listener) {
      if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
      this.#listeners.get(event).add(listener);
      return () => this.#listeners.get(event).delete(listener);
    }

    /** Call `listener` with the value of `key` now and after every change. */
    watch(key, listener) {
      this.on(`change:${key}`, listener);
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
      target.followed.add(targetKey);
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
    const moves = model.linked.has(key);
    if (!moves && !model.followed.has(key)) return notice(`The control “${name}” needs a running kernel.`);
    control.id = `sw-${++count}`;
    control.disabled = !moves || Boolean(model.get("disabled")); // one that only follows shows its value
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

  function box(model, view, className) {
    const element = make("div", className);
    for (const reference of model.get("children")) element.append(draw(resolve(view.models, reference), view));
    return element;
  }

  /** One child of many; each is drawn when it is first shown, then kept. A later one that is damaged spoils no other. */
  function stack(model, view) {
    const element = make("div", "sw-stack");
    const children = model.get("children");
    const drawn = new Map();
    model.watch("selected_index", (index) => {
      if (index === null || !(index in children)) return element.replaceChildren();
      if (!drawn.has(index)) {
        try {
          drawn.set(index, draw(resolve(view.models, children[index]), view));
        } catch (error) {
          if (!drawn.size) throw error;
          drawn.set(index, damaged(error));
        }
      }
      element.replaceChildren(drawn.get(index));
    });
    return element;
  }

  /** A button for each child, and the chosen child below them; arrow keys go from one to the next. */
  function tabs(model, view) {
    const element = make("div", "sw-tabs");
    const list = make("div", "sw-tab-list");
    const panel = Object.assign(stack(model, view), { className: "sw-panel", id: `sw-${++count}` });
    const buttons = model.get("children").map((_, index) => {
      const title = model.get("titles")[index] || String(index + 1);
      const button = make("button", "sw-tab", { type: "button", id: `${panel.id}-${index}`, textContent: title });
      button.setAttribute("role", "tab");
      button.setAttribute("aria-controls", panel.id);
      button.addEventListener("click", () => model.set("selected_index", index));
      return button;
    });
    list.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step) return;
      const next = (buttons.indexOf(event.target) + step + buttons.length) % buttons.length;
      model.set("selected_index", next);
      buttons[next].focus();
    });
    list.setAttribute("role", "tablist");
    panel.setAttribute("role", "tabpanel");
    model.watch("selected_index", (chosen) => {
      for (const [index, button] of buttons.entries()) {
        button.setAttribute("aria-selected", String(index === chosen));
        button.tabIndex = index === (chosen ?? 0) ? 0 : -1;
      }
      panel.setAttribute("aria-labelledby", `${panel.id}-${chosen}`);
    });
    list.append(...buttons);
    element.append(list, panel);
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

  // ---------------------------------------------------------------- modules (AnyWidget)

  const files = new Map(); // what each file of a module hands over, by its name

  /** Load a file of a module once. A page says which it has: what a state names beside them is not loaded. */
  function load(name) {
    if (!files.has(name)) {
      files.set(name, new Promise((done, fail) => {
        const places = [...document.querySelectorAll(`script[type="${MODULE}"]`)].map((element) => element.dataset.src);
        const place = places.find((each) => each.split("/").at(-1) === name);
        if (!place) throw new Error("the page has no module for it");
        const isStyles = name.endsWith(".css");
        const element = isStyles ? make("link", "", { rel: "stylesheet", href: place }) : make("script", "", { src: place });
        element.addEventListener("widget-module", (event) => done(event.detail));
        element.addEventListener("load", () => (isStyles ? done() : fail(new Error(`${name} holds no module`))));
        element.addEventListener("error", () => fail(new Error(`${name} cannot be loaded`)));
        document.head.append(element);
      }));
    }
    return files.get(name);
  }

  let told = false;

  function noKernel() {
    if (!told) console.info("static-widgets: without a kernel, what a widget sends goes nowhere");
    told = true;
  }

  const experimental = {
    invoke() {
      noKernel();
      return Promise.reject(new Error("a published page has no kernel"));
    },
  };

  /** What a module may ask of a model, until `signal` ends its listeners. */
  function face(model, signal) {
    const listeners = [];
    const asked = {
      get: (key) => model.get(key),
      set: (key, value) => model.set(key, value),
      save_changes() {}, // what was set is there already
      send: noKernel,
      on(event, listener) {
        const end = model.on(event, (value) => {
          try {
            listener(asked, value);
          } catch (error) {
            console.error(`static-widgets: the widget ${model.get("_anywidget_id")} failed at ${event}:`, error);
          }
        });
        listeners.push({ event, listener, end });
      },
      off(event, listener) {
        for (const one of listeners) {
          if ((event ?? one.event) === one.event && (listener ?? one.listener) === one.listener) one.end();
        }
      },
    };
    signal.addEventListener("abort", () => asked.off());
    return asked;
  }

  /** The widget of a model. Its module is run once for each model, as in a notebook. */
  async function awaken(model) {
    const styles = model.get("_css");
    const [run] = await Promise.all([load(model.get("_esm")), styles && load(styles)]);
    const { default: exported, render } = await run();
    if (render) return { render }; // the older form, which notebooks prefer as well
    const widget = typeof exported === "function" ? await exported() : exported;
    const { signal } = new AbortController(); // a model lives as long as its page
    await widget.initialize?.({ model: face(model, signal), signal, experimental });
    return widget;
  }

  /** Let a module draw into its element; when `signal` ends the view, its cleanup is called. */
  async function play({ model, el }, signal) {
    try {
      const widget = await (model.widget ??= awaken(model));
      const cleanup = await widget.render?.({ model: face(model, signal), el, signal, experimental });
      if (typeof cleanup !== "function") return;
      if (signal.aborted) cleanup();
      else signal.addEventListener("abort", () => cleanup());
    } catch (error) {
      console.error(`static-widgets: the widget ${model.get("_anywidget_id")} cannot be shown:`, error);
      throw error;
    }
  }

  const cannot = () => notice("This widget cannot be shown.");

  /** The place of a module, which draws there when its view is in the page, or at once if it is. */
  function anywidget(model, view) {
    const el = make("div", "sw-any");
    if (view.waiting) view.waiting.push({ model, el });
    else play({ model, el }, view.over.signal).catch(() => el.replaceChildren(cannot()));
    return el;
  }

  const DRAW = {
    __proto__: null,
    VBox: (model, view) => box(model, view, "sw-column"),
    Box: (model, view) => box(model, view, "sw-column"),
    HBox: (model, view) => box(model, view, "sw-line"),
    Stack: stack,
    Tab: tabs,
    SelectionSlider: selectionSlider,
    IntSlider: (model) => numberSlider(model, String),
    FloatSlider: (model) => numberSlider(model, decimals(model)),
    Dropdown: dropdown,
    Checkbox: checkbox,
    HTML: (model) => text(model, (element, value) => element.replaceChildren(...parseHTML(value))),
    Label: (model) => text(model, (element, value) => { element.textContent = value; }),
    Image: image,
    Any: anywidget,
  };

  let room = MOST;

  function draw(model, view) {
    if (room-- <= 0) throw new RangeError(`more than ${MOST} widgets`);
    if (!model) return notice("A part of this picture was not saved with the notebook.");
    return DRAW[model.name]?.(model, view) ?? notice(`${model.name} needs a running kernel.`);
  }

  // ---------------------------------------------------------------- the page

  function drawViews(saved) {
    const models = readModels(saved?.state);
    for (const place of document.querySelectorAll(`script[type="${VIEW}"]`)) {
      const still = place.nextElementSibling?.classList.contains("sw-static") ? place.nextElementSibling : null;
      const live = make("div", "sw-live");
      const view = { models, waiting: [], over: new AbortController() };
      try {
        const model = resolve(models, JSON.parse(place.textContent).model_id);
        if (!model) throw new TypeError("its widget is not in the saved state");
        live.append(draw(model, view));
        if (!view.waiting.length) still?.remove();
      } catch (error) {
        view.waiting = [];
        live.append(damaged(error));
      } finally {
        room = MOST;
      }
      // Readers who cannot see the picture hear the words of the new one.
      live.querySelector(".sw-stack")?.setAttribute("aria-live", "polite");
      (still?.isConnected ? still : place).after(live);
      if (view.waiting.length) awaitModules(view, live, still);
      view.waiting = null;
    }
  }

  /** Let the modules of a view draw, unseen but in its width; it takes the place of the still when all of them have. */
  async function awaitModules(view, live, still) {
    if (still) {
      live.classList.add("sw-waiting");
      live.style.width = `${still.offsetWidth}px`;
    }
    const end = () => view.over.abort();
    try {
      await Promise.all(view.waiting.map((job) => play(job, view.over.signal)));
    } catch {
      end(); // play has said why
      return still ? live.remove() : live.replaceChildren(cannot());
    }
    still?.remove();
    live.classList.remove("sw-waiting");
    live.style.width = "";
    const gone = new MutationObserver(() => live.isConnected || end());
    gone.observe(document, { childList: true, subtree: true });
    view.over.signal.addEventListener("abort", () => gone.disconnect());
    addEventListener("pagehide", (event) => event.persisted || end(), { signal: view.over.signal });
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
