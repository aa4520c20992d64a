/* Static widgets: ipywidgets on a published page, without a kernel.
 *
 * A notebook that was saved with its widget state carries everything that its widgets showed, and the links between
 * them (`jslink`, `jsdlink`). This script reads that state in the standard embedding (one script element of type
 * application/vnd.jupyter.widget-state+json, one of type application/vnd.jupyter.widget-view+json for each view) and
 * draws it with the browser's own controls. `KINDS` below is the list of what it draws.
 *
 * A control works if it is linked to something that the page draws. Any other is shown with the value that was
 * saved and cannot be moved, and a sentence below the view names it: a control that moves and changes nothing would be
 * worse than none.
 *
 * An element of class "sw-static" next to a view is what the page shows until this script runs, and all it shows
 * without JavaScript. The live view takes its place. If the state of a view is damaged, the still stays, with a notice
 * below it, and the other views are drawn. If a module fails, only the still stays.
 *
 * Part of sphinx-static-widgets, whose README.md says how a book uses it. MIT licence.
 */
(() => {
  "use strict";

  const STATE = "application/vnd.jupyter.widget-state+json";
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const MODULE = "application/vnd.sphinx-static-widgets.module";
  const REFERENCE = "IPY_MODEL_";
  const PAUSE = 600; // milliseconds without a change before the words of a new picture are spoken
  const MOST = 50_000; // limit of widgets in one view: stops widgets that contain themselves

  // ---------------------------------------------------------------- the models and their links

  const isJSON = (value) => Array.isArray(value) || (value && Object.getPrototypeOf(value) === Object.prototype);

  /** Whether two values are equal: JSON lists and objects by their content, as in a notebook. */
  function same(a, b) {
    if (Object.is(a, b) || !isJSON(a) || !isJSON(b)) return Object.is(a, b);
    const keys = Object.keys(a);
    return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
  }

  /** Insert the binary buffers into a state; a `path` consists of object keys and list indices. */
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

    constructor({ model_name, model_module, state, buffers = [] }) {
      this.name = String(model_name).replace(/Model$/, "");
      this.module = String(model_module);
      this.ends = new Map(); // for each key, the models and keys that it moves
      this.moves = false; // whether its control moves something on the page
      this.follows = false; // whether something on the page moves it
      this.#state = putBuffers({ ...KINDS[this.name]?.traits, ...state }, buffers);
    }

    get(key) {
      return this.#state[key];
    }

    keys() {
      return Object.keys(this.#state);
    }

    set(key, value) {
      if (same(this.#state[key], value)) return;
      this.#state[key] = value;
      for (const event of [`change:${key}`, "change"]) {
        for (const listener of [...(this.#listeners.get(event) ?? [])]) {
          try {
            listener(value);
          } catch (error) {
            console.warn(`static-widgets: ${this.name} cannot show the new value of ${key}:`, error);
          }
        }
      }
    }

    /** Call `listener` at every event of this name; return a function that removes it. */
    on(event, listener) {
      if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
      this.#listeners.get(event).add(listener);
      return () => this.#listeners.get(event).delete(listener);
    }

    /** Call `update` now and after every change. */
    follow(update) {
      this.on("change", update);
      update();
    }
  }

  const resolve = (models, reference) => models.get(String(reference).replace(REFERENCE, ""));

  /** Every model of the page by its id, connected by the links among them; malformed records are skipped. */
  function readModels(records) {
    const models = new Map();
    for (const [id, record] of Object.entries(records ?? {})) {
      try {
        models.set(id, new Model(record));
      } catch (error) {
        console.warn(`static-widgets: the saved state of the widget ${id} is damaged:`, error);
      }
    }
    const end = (pair) => (Array.isArray(pair) ? [resolve(models, pair[0]), String(pair[1])] : []);
    for (const link of models.values()) {
      if (link.name !== "Link" && link.name !== "DirectionalLink") continue;
      const [source, target] = [end(link.get("source")), end(link.get("target"))];
      if (!source[0] || !target[0]) continue;
      join(source, target);
      if (link.name === "Link") join(target, source);
    }
    return models;
  }

  /** Let the key of one model move that of another, now and from now on. */
  function join([source, sourceKey], target) {
    if (!source.ends.has(sourceKey)) source.ends.set(sourceKey, []);
    source.ends.get(sourceKey).push(target);
    const move = (value) => target[0].set(target[1], value);
    source.on(`change:${sourceKey}`, move);
    move(source.get(sourceKey));
  }

  /** Every [model, key] that changes with this key of a model, through any number of links. */
  function moved(model, key) {
    const found = new Set();
    const waiting = [[model, key]];
    for (const [each, itsKey] of waiting) {
      for (const end of each.ends.get(itsKey) ?? []) {
        if (found.has(end)) continue;
        found.add(end);
        waiting.push(end);
      }
    }
    return [...found].filter((end) => end[0] !== model || end[1] !== key);
  }

  const list = (value) => (Array.isArray(value) ? value : []);

  /** Find out which controls of the views move something that is drawn, and which models they move. */
  function findLiveControls(models, roots) {
    const drawn = new Set();
    const waiting = [...roots];
    for (const model of waiting) {
      if (!model || drawn.has(model)) continue;
      drawn.add(model);
      const parts = [model.get("layout"), model.get("style"), ...list(model.get("children"))];
      const views = list(model.get("outputs")).map((output) => output?.data?.[VIEW]?.model_id);
      waiting.push(...[...parts, ...views].map((reference) => resolve(models, reference)));
    }
    const shows = ([model, key]) => drawn.has(model) && (/^(Any|Layout)$/.test(model.name) ||
      Object.hasOwn((/Style$/.test(model.name) ? STYLE : KINDS[model.name]?.traits) ?? {}, key));
    for (const model of drawn) {
      const own = KINDS[model.name]?.key;
      for (const key of model.name === "Any" ? model.ends.keys() : own ? [own] : []) {
        const ends = moved(model, key).filter(shows);
        model.moves ||= ends.length > 0;
        for (const [target] of ends) target.follows = true;
      }
    }
  }

  // ---------------------------------------------------------------- HTML that cannot run anything

  // The build keeps the same elements in the stills: stills.py.
  const ELEMENTS = new Set(
    (
      "a abbr article aside audio b bdi big blockquote br caption center cite code col colgroup dd del details " +
      "div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p " +
      "picture pre q rp rt ruby s samp section small source span strike strong style sub summary sup table tbody td " +
      "tfoot th thead time tr tt u ul var video wbr " +
      "svg circle clippath defs desc ellipse g image line lineargradient marker mask path pattern polygon " +
      "polyline radialgradient rect stop symbol text textpath title tspan use " +
      "math annotation menclose mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup " +
      "msup mtable mtd mtext mtr munder munderover semantics"
    ).split(" "),
  );
  const DROPPED = new Set("iframe noembed noframes noscript object script template".split(" ")); // are removed together with their text
  const ADDRESSES = new Set(["href", "xlink:href", "src", "poster"]);
  const BLANK = /[\u0000-\u0020]/g; // browsers ignore it: "java\nscript:" runs as a script
  const SAFE_ADDRESS = /^(#|https?:|mailto:|data:(image\/(png|jpeg|gif|webp)|video\/|audio\/)|(?![a-z][a-z0-9+.-]*:))/i;
  const DRAWING = "data:image/svg+xml;base64,"; // safe in an <img>, where its scripts do not run; as the target of a link they would
  const isSafe = (address) => SAFE_ADDRESS.test(address.replace(BLANK, ""));

  /** Parse HTML inertly and keep only harmless elements and attributes; other elements are replaced by their text. */
  function parseHTML(html) {
    const body = new DOMParser().parseFromString(`<body>${html}`, "text/html").body;
    for (const element of [...body.querySelectorAll("*")]) {
      const name = element.localName.toLowerCase();
      const frame = name === "iframe" && element.src; // a frame with another page: give the reader a link to it
      if (/^https?:/.test(frame)) element.replaceWith(make("a", "", { href: frame, textContent: frame }));
      else if (DROPPED.has(name)) element.remove();
      else if (!ELEMENTS.has(name)) element.replaceWith(...element.childNodes);
      for (const { name, value } of [...element.attributes]) {
        // A `name` could shadow properties of `document`, and `autoplay` would start media.
        const runs = name.toLowerCase().startsWith("on") || name === "name" || name === "autoplay";
        const isDrawing = element.localName === "img" && value.startsWith(DRAWING);
        const isUnsafe = ADDRESSES.has(name.toLowerCase()) && !isSafe(value) && !isDrawing;
        if (runs || isUnsafe) element.removeAttribute(name);
      }
    }
    return document.importNode(body, true).childNodes;
  }

  // ---------------------------------------------------------------- words

  /** What the build has typeset: the HTML in which the formulas are set, by the text or the HTML that contains them. */
  const typeset = { text: {}, html: {} };
  const words = (value) => String(value ?? "");
  const nameOf = (model) => words(model.get("description") || model.get("tooltip"));

  /** Show a text that may hold formulas; `isHTML` says whether it is HTML. */
  function write(element, text, isHTML) {
    const ready = typeset[isHTML ? "html" : "text"];
    if (Object.hasOwn(ready, text)) {
      element.replaceChildren(...parseHTML(ready[text]));
      typesetOnPage(element);
    } else if (isHTML) element.replaceChildren(...parseHTML(text));
    else element.textContent = text;
  }

  /** Let the page's MathJax or KaTeX set the formulas that the build left to it. */
  function typesetOnPage(element) {
    const formulas = [...element.querySelectorAll(".math")];
    const { MathJax, renderMathInElement } = globalThis;
    if (!formulas.length) return;
    MathJax?.startup?.promise?.then(() => element.isConnected && MathJax.typesetPromise?.(formulas));
    renderMathInElement?.(element, {
      delimiters: [{ left: "\\(", right: "\\)" }, { left: "\\[", right: "\\]", display: true }],
      throwOnError: false,
    });
  }

  // As in d3-format: [fill align][sign][symbol][0][width][,][.precision][type].
  const FORMAT = /^(?:(.)?([<>=^]))?([-+( ])?(\$)?(0)?(\d+)?(,)?(?:\.(\d+))?([a-z%])?$/;
  const PREFIXES = ["y", "z", "a", "f", "p", "n", "µ", "m", "", "k", "M", "G", "T", "P", "E", "Z", "Y"];

  /** The digits of a non-negative number, and its suffix (% or an SI prefix), in a d3 format. */
  function digits(number, type, precision) {
    const significant = (value) => value.toLocaleString("en", {
      minimumSignificantDigits: precision || 1, maximumSignificantDigits: precision || 1, useGrouping: false });
    const power = number && Math.floor(Number(number.toExponential(Math.max(precision - 1, 0)).split("e")[1]) / 3);
    const step = Math.max(-8, Math.min(8, power));
    switch (type) {
      case "d": return [Math.round(number).toLocaleString("en", { useGrouping: false })];
      case "e": return [number.toExponential(precision)];
      case "f": return [number.toFixed(precision)];
      case "%": return [(number * 100).toFixed(precision), "%"];
      case "p": return [number ? significant(number * 100) : "0", "%"];
      case "r": return [number ? significant(number) : "0"];
      case "s": return [significant(number / 10 ** (3 * step)), PREFIXES[8 + step]];
      case "b": case "o": case "x": return [Math.round(number).toString({ b: 2, o: 8, x: 16 }[type])];
      default: return [number.toPrecision(precision || 1)];
    }
  }

  /** A function that formats numbers by a d3 specifier; `String` if the specifier is not valid. */
  function formatter(specifier) {
    const found = FORMAT.exec(words(specifier));
    if (!found) return String;
    let [, fill = " ", align = ">", sign = "-", symbol = "", zero, width = 0, comma, precision, type] = found;
    if (zero) [fill, align] = ["0", "="];
    precision = Math.min(Number(precision ?? (type ? 6 : 12)), 20);
    return (number) => {
      if (!Number.isFinite(number)) return String(number);
      let [text, unit = ""] = digits(Math.abs(number), type, precision);
      if (!type) text = text.replace(/(\.\d*?)0+(?=e|$)/, "$1").replace(/\.(?=e|$)/, "");
      if (comma) text = text.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
      const isNegative = number < 0 && /[1-9a-f]/i.test(text.replace(/e.*/, ""));
      const before = (isNegative ? (sign === "(" ? "(" : "−") : sign.replace(/[-(]/, "")) + symbol;
      const after = unit + (isNegative && sign === "(" ? ")" : "");
      const room = Math.max(0, width - before.length - text.length - after.length);
      const left = align === "<" ? 0 : align === "^" ? room >> 1 : room;
      const [outside, inside] = align === "=" ? [0, left] : [left, 0];
      return fill.repeat(outside) + before + fill.repeat(inside) + text + after + fill.repeat(room - left);
    };
  }

  // ---------------------------------------------------------------- parts of a drawing

  let count = 0;

  function make(tag, className, properties = {}) {
    return Object.assign(document.createElement(tag), { className }, properties);
  }

  const notice = (text) => make("p", "sw-notice", { textContent: text });

  /** The notice in place of a damaged widget; the details go to the console. */
  function damaged(error) {
    console.warn("static-widgets: a saved widget cannot be drawn:", error);
    return notice("The controls of this picture cannot be shown: their saved state is damaged.");
  }

  /** Name a control in the sentence below the view that says what needs a kernel. */
  function needsKernel(model, control, view) {
    if (resolve(view.models, model.get("layout"))?.get("display") === "none") return;
    view.dead.add(nameOf(model) || model.name);
    control.setAttribute("aria-describedby", view.note.id);
    const names = [...view.dead].map((name) => `“${name}”`).join(", ");
    view.note.textContent = `${names} need${view.dead.size > 1 ? "" : "s"} a running kernel.`;
    if (view.live.isConnected) view.live.append(view.note); // for a child that is drawn later than its view
  }

  /** A label, the part that shows the value, and an optional readout after it, in one row; `update` is called at each change. */
  function row(model, part, update, output) {
    const isGroup = /^(fieldset|div)$/.test(part.localName);
    const label = make(isGroup ? "span" : "label", "sw-label", { id: `sw-${++count}` });
    part.id = `sw-${++count}`;
    if (isGroup) part.setAttribute("aria-labelledby", label.id);
    else label.htmlFor = part.id;
    const element = make("div", "sw-row");
    element.append(label, part);
    if (output) {
      output.setAttribute("for", part.id);
      output.setAttribute("aria-live", "off"); // screen readers get the value from the control itself
      element.append(output);
    }
    model.follow(() => {
      write(label, nameOf(model) || "value", model.get("description") && model.get("description_allow_html"));
      label.classList.toggle("sw-unseen", !model.get("description"));
      element.title = words(model.get("tooltip"));
      element.classList.toggle("sw-vertical", model.get("orientation") === "vertical");
      update();
      element.classList.toggle("sw-long", label.textContent.length + words(output?.textContent).length > 16);
    });
    return element;
  }

  /** A row with a control; it is disabled if nothing on the page depends on it. */
  function control(model, view, part, update, output) {
    if (!model.moves && !model.follows) needsKernel(model, part, view);
    return row(model, part, () => {
      part.disabled = !model.moves || Boolean(model.get("disabled")); // a control that is only the target of links shows its value
      update();
    }, output);
  }

  const keyOf = (model) => KINDS[model.name].key;

  // ---------------------------------------------------------------- controls

  /** One slider, or the two ends of a range. `scale` converts between positions of the slider and values. */
  function slider(model, view, scale, isRange = false) {
    const key = keyOf(model);
    const inputs = (isRange ? [0, 1] : [0]).map(() => make("input", "sw-range", { type: "range" }));
    const part = isRange ? make("fieldset", "sw-ends") : inputs[0];
    const output = make("output", "sw-value");
    if (isRange) part.append(...inputs);
    for (const [end, input] of inputs.entries()) {
      input.addEventListener("input", () => {
        const places = inputs.map((each) => each.valueAsNumber);
        const place = isRange ? Math[end ? "max" : "min"](...places) : places[0]; // the ends do not cross
        const values = places.map((each, index) => scale(model).value(index === end ? place : each));
        model.set(key, isRange ? values : values[0]);
        update();
      });
    }
    const update = () => {
      const { min, max, step, place, value, say, widest } = scale(model);
      const saved = isRange ? model.get(key) : [model.get(key)];
      const texts = inputs.map((input, end) => {
        Object.assign(input, { min, max, step: step > 0 ? step : "any" });
        input.value = place(saved[end]);
        const text = say(value(input.valueAsNumber)); // the browser has rounded it to the step
        const name = words(model.get("description"));
        if (isRange) input.setAttribute("aria-label", `${nameOf(model)} ${["from", "to"][end]}`.trim());
        input.setAttribute("aria-valuetext", [name, text].filter(Boolean).join(" = "));
        return text;
      });
      output.textContent = texts.join(widest ? "-" : " – ");
      output.hidden = model.get("readout") === false;
      // Room for the longest word, so that the slider keeps its length while it is moved; a letter is on average narrower than the digit 0, the unit of ch.
      if (widest) output.style.minWidth = `min(${Math.max(5, 0.85 * widest * inputs.length)}ch, 12rem)`;
    };
    return control(model, view, part, update, output);
  }

  const itself = (value) => value;

  function linear(model) {
    const [min, max, step] = ["min", "max", "step"].map((key) => model.get(key));
    return { min, max, step, place: itself, value: itself, say: formatter(model.get("readout_format")) };
  }

  function logarithmic(model) {
    const base = model.get("base");
    const round = (value) => Number(value.toPrecision(12)); // 10 ** 0.3 has more digits than are meaningful
    return {
      ...linear(model),
      place: (value) => round(Math.log(value) / Math.log(base)),
      value: (place) => round(base ** place),
    };
  }

  const labelsOf = (model) => model.get("_options_labels").map(String);

  function ofLabels(model) {
    const labels = labelsOf(model);
    const widest = Math.max(0, ...labels.map((label) => label.length));
    return {
      min: 0, max: labels.length - 1, step: 1, place: (index) => index ?? 0, value: itself, widest,
      say: (index) => words(labels[index]),
    };
  }

  /** A function that calls `fill` with the labels of a selection if they have changed. */
  function relabel(model, fill) {
    let before;
    return () => {
      const labels = labelsOf(model);
      if (!same(before, labels)) fill(labels);
      before = labels;
    };
  }

  /** A menu, or a list in which one or several options are selected. */
  function menu(model, view) {
    const select = make("select", "sw-field");
    const multiple = model.name === "SelectMultiple";
    const refill = relabel(model, (labels) =>
      select.replaceChildren(...labels.map((label) => make("option", "", { textContent: label }))));
    select.addEventListener("change", () => {
      const chosen = [...select.options].flatMap((option, index) => (option.selected ? [index] : []));
      model.set("index", multiple ? chosen : chosen[0] ?? null);
    });
    return control(model, view, select, () => {
      refill();
      Object.assign(select, { multiple, size: model.get("rows") ?? 0 });
      const chosen = [model.get("index")].flat();
      for (const [index, option] of [...select.options].entries()) option.selected = chosen.includes(index);
      if (chosen[0] === null) select.selectedIndex = -1;
    });
  }

  /** Radio buttons, which may look like a row of buttons. */
  function radios(model, view, className) {
    const group = make("fieldset", className);
    group.setAttribute("role", "radiogroup");
    const name = `sw-${++count}`;
    const refill = relabel(model, (labels) => group.replaceChildren(...labels.map((label, index) => {
      const choice = make("label", "sw-choice", { title: words(model.get("tooltips")?.[index]) });
      const input = make("input", "", { type: "radio", name });
      input.addEventListener("change", () => model.set("index", index));
      choice.append(input, make("span", "", { textContent: label || words(model.get("icons")?.[index]) }));
      return choice;
    })));
    return control(model, view, group, () => {
      refill();
      for (const [index, input] of [...group.querySelectorAll("input")].entries()) {
        input.checked = index === model.get("index");
      }
    });
  }

  function checkbox(model, view) {
    const input = make("input", "sw-checkbox", { type: "checkbox" });
    input.addEventListener("change", () => model.set("value", input.checked));
    return control(model, view, input, () => { input.checked = Boolean(model.get("value")); });
  }

  /** A button; a ToggleButton can work here, any other button needs a kernel. */
  function button(model, view) {
    const element = make("button", "sw-button", { type: "button" });
    const toggles = model.name === "ToggleButton";
    if (toggles) element.addEventListener("click", () => model.set("value", !model.get("value")));
    if (!model.moves && !model.follows) needsKernel(model, element, view);
    model.follow(() => {
      element.disabled = !model.moves || Boolean(model.get("disabled"));
      element.textContent = nameOf(model) || words(model.get("icon")) || model.name;
      if (model.name === "FileUpload") element.textContent += ` (${model.get("value")?.length ?? 0})`;
      element.title = words(model.get("tooltip"));
      if (toggles) element.setAttribute("aria-pressed", String(Boolean(model.get("value"))));
    });
    return element;
  }

  /** A field; `show` converts a value to text, `read` converts the input back, or returns undefined if it is not a valid value. */
  function field(model, view, input, show, read, output) {
    const take = () => {
      const value = read(input);
      if (value === undefined) input.value = show(model.get("value"));
      else model.set("value", value);
    };
    input.addEventListener("change", take);
    input.addEventListener("input", () => model.get("continuous_update") && take());
    return control(model, view, input, () => {
      const text = show(model.get("value"));
      if (input.value !== text) input.value = text;
      if (output) output.textContent = words(model.get("concise") ? "" : model.get("value"));
    }, output);
  }

  function numberField(model, view) {
    const input = make("input", "sw-field", { type: "number" });
    const isWhole = model.name.includes("Int");
    model.follow(() => {
      for (const key of ["min", "max"]) input[key] = words(model.get(key));
      input.step = model.get("step") ?? (isWhole ? 1 : "any");
    });
    return field(model, view, input, words, () => {
      const [low, high] = [model.get("min") ?? -Infinity, model.get("max") ?? Infinity];
      const number = Math.min(Math.max(input.valueAsNumber, low), high);
      return Number.isNaN(number) ? undefined : isWhole ? Math.round(number) : number;
    });
  }

  /** Text in a field. If nothing on the page depends on it, it is read-only content, which can be read and copied. */
  function textField(model, view) {
    const isLong = model.name === "Textarea";
    const input = make(isLong ? "textarea" : "input", "sw-field");
    if (!isLong) input.type = model.name === "Password" ? "password" : "text";
    else if (model.get("rows")) input.rows = model.get("rows");
    const isContent = !model.moves && model.name !== "Combobox";
    const show = isContent ? (value) => words([value].flat().join(", ")) : words;
    const element = isContent ?
      row(model, input, () => { input.value = show(model.get("value")); }) :
      field(model, view, input, show, () => input.value);
    input.readOnly = isContent;
    model.follow(() => { input.placeholder = words(model.get("placeholder")).replace("\u200b", ""); });
    if (model.name === "Combobox") {
      const list = make("datalist", "", { id: `sw-${++count}` });
      list.append(...model.get("options").map((value) => make("option", "", { value })));
      input.setAttribute("list", list.id);
      element.append(list);
    }
    return element;
  }

  /** A colour in the form that an input of type color needs: "blue" is #0000ff. */
  function hex(colour) {
    const context = document.createElement("canvas").getContext("2d");
    context.fillStyle = words(colour);
    return context.fillStyle.slice(0, 7);
  }

  function colour(model, view) {
    const input = make("input", "sw-colour", { type: "color" });
    return field(model, view, input, hex, () => input.value, make("output", "sw-value"));
  }

  const two = (number) => words(number ?? 0).padStart(2, "0");

  /** A day, a time, or both. Saved months count from 0; a time with a zone is saved in UTC. */
  function date(model, view) {
    const hasDay = model.name !== "TimePicker";
    const hasTime = model.name !== "DatePicker";
    const type = hasDay && hasTime ? "datetime-local" : hasDay ? "date" : "time";
    const show = (value) => {
      if (!value) return "";
      const day = hasDay && `${words(value.year).padStart(4, "0")}-${two(value.month + 1)}-${two(value.date)}`;
      const time = hasTime && [value.hours, value.minutes, value.seconds].map(two).join(":").replace(/:00$/, "");
      return [day, time].filter(Boolean).join("T");
    };
    const read = ({ value }) => {
      if (!value) return null;
      const numbers = value.split(/\D/).map(Number);
      const [year, month, day] = hasDay ? numbers.splice(0, 3) : [];
      const [hours, minutes, seconds = 0] = numbers;
      return {
        ...(hasDay && { year, month: month - 1, date: day }),
        ...(hasTime && { hours, minutes, seconds, milliseconds: 0 }),
      };
    };
    const input = make("input", "sw-field", { type });
    model.follow(() => {
      for (const key of ["min", "max"]) input[key] = show(model.get(key));
      if (model.get("step")) input.step = model.get("step");
    });
    const element = field(model, view, input, show, read);
    if (model.name === "DatetimePicker") element.append(make("span", "sw-value", { textContent: "UTC" }));
    return element;
  }

  /** Buttons that play and pause a counter, stop it, and make it repeat. */
  function player(model, view) {
    const group = make("fieldset", "sw-play");
    const add = (name, text, act) => {
      const element = make("button", "sw-button", { type: "button", textContent: text });
      element.setAttribute("aria-label", name);
      element.addEventListener("click", act);
      group.append(element);
      return element;
    };
    const get = (key) => Number(model.get(key));
    const start = add("Play", "▶", () => {
      if (!model.get("playing") && get("value") >= get("max")) model.set("value", get("min"));
      model.set("playing", !model.get("playing"));
    });
    add("Stop", "■", () => {
      model.set("playing", false);
      model.set("value", get("min"));
    });
    const repeat = add("Repeat", "↻", () => model.set("repeat", !model.get("repeat")));
    let timer = 0;
    const go = () => {
      timer = 0;
      if (!model.get("playing") || !group.isConnected) return;
      const next = get("value") + get("step");
      if (next <= get("max")) model.set("value", next);
      else if (model.get("repeat")) model.set("value", get("min"));
      else model.set("playing", false);
    };
    model.set("playing", false); // nothing moves before the reader wants it
    return control(model, view, group, () => {
      const isPlaying = Boolean(model.get("playing"));
      start.textContent = isPlaying ? "❚❚" : "▶";
      start.setAttribute("aria-label", isPlaying ? "Pause" : "Play");
      repeat.setAttribute("aria-pressed", String(Boolean(model.get("repeat"))));
      repeat.hidden = model.get("show_repeat") === false;
      if (isPlaying) timer ||= setTimeout(go, Math.max(get("interval"), 20));
    });
  }

  // ---------------------------------------------------------------- content

  function box(model, view, className) {
    const element = make("div", className);
    for (const reference of model.get("children")) element.append(draw(resolve(view.models, reference), view));
    return element;
  }

  /** A function that returns a child by its index, drawn on first use and then kept. A damaged child after the first does not affect the others. */
  function childrenOf(model, view) {
    const drawn = new Map();
    return (index) => {
      const children = model.get("children");
      if (index === null || !(index in children)) return [];
      if (!drawn.has(index)) {
        try {
          drawn.set(index, draw(resolve(view.models, children[index]), view));
        } catch (error) {
          if (!drawn.size) throw error;
          drawn.set(index, damaged(error));
        }
      }
      return [drawn.get(index)];
    };
  }

  /** The selected one of several children. */
  function stack(model, view) {
    const element = make("div", "sw-stack");
    const child = childrenOf(model, view);
    model.follow(() => {
      const shown = child(model.get("selected_index"));
      if (shown[0] !== element.firstChild) element.replaceChildren(...shown);
    });
    return element;
  }

  /**
   * An element that tells screen readers what the new child of a stack says: only the sentences that are new, and only
   * after a pause without changes.
   */
  function voice(stack) {
    const spoken = make("p", "sw-spoken"), sentences = () => said(stack).split(/(?<=[.;])\s+/);
    spoken.setAttribute("aria-live", "polite");
    let heard = sentences(), waiting = 0;
    new MutationObserver(() => {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const now = sentences();
        spoken.textContent = now.filter((sentence) => !heard.includes(sentence)).join(" ");
        heard = now;
      }, PAUSE);
    }).observe(stack, { childList: true });
    return spoken;
  }

  /** What a screen reader says of an element: the names of its pictures, else its text. */
  function said(element) {
    const names = [...element.querySelectorAll("[aria-label], img[alt]")].map((part) => part.getAttribute("aria-label") ?? part.alt);
    return names.join(" ") || element.textContent.trim();
  }

  /** The title of each child; ipywidgets 7 stored them by index. */
  function titles(model) {
    const saved = model.get("titles") ?? [];
    return model.get("children").map((_, index) => words(saved[index] || model.get("_titles")?.[index] || index + 1));
  }

  /** A button for each child, and the chosen child below them; arrow keys go from one to the next. */
  function tabs(model, view) {
    const element = make("div", "sw-tabs");
    const list = make("div", "sw-tab-list");
    const panel = Object.assign(stack(model, view), { className: "sw-panel", id: `sw-${++count}` });
    const buttons = titles(model).map((title, index) => {
      const button = make("button", "sw-tab", { type: "button", id: `${panel.id}-${index}` });
      write(button, title);
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
    model.follow(() => {
      const chosen = model.get("selected_index");
      for (const [index, button] of buttons.entries()) {
        button.setAttribute("aria-selected", String(index === chosen));
        button.tabIndex = index === (chosen ?? 0) ? 0 : -1;
      }
      if (buttons[chosen]) panel.setAttribute("aria-labelledby", `${panel.id}-${chosen}`);
    });
    list.append(...buttons);
    element.append(list, panel);
    return element;
  }

  /** A line for each child, which opens and closes it; at most one is open. */
  function accordion(model, view) {
    const element = make("div", "sw-accordion");
    const child = childrenOf(model, view);
    const folds = titles(model).map((title, index) => {
      const fold = make("details", "sw-fold");
      const summary = make("summary", "sw-title");
      write(summary, title);
      fold.append(summary);
      fold.addEventListener("toggle", () => {
        if (fold.open) model.set("selected_index", index);
        else if (model.get("selected_index") === index) model.set("selected_index", null);
      });
      return fold;
    });
    element.append(...folds);
    model.follow(() => {
      for (const [index, fold] of folds.entries()) {
        fold.open = index === model.get("selected_index");
        if (fold.open) fold.append(...child(index));
      }
    });
    return element;
  }

  /** Text or HTML, after its description if it has one. */
  function content(model, show) {
    const element = make("div", "sw-html");
    const update = () => show(element, words(model.get("value")));
    if (model.get("description")) return row(model, element, update);
    model.follow(update);
    return element;
  }

  function progress(model) {
    const bar = make("progress", "sw-bar");
    return row(model, bar, () => {
      const [min, max, value] = ["min", "max", "value"].map((key) => Number(model.get(key)));
      if (max > min) Object.assign(bar, { max: max - min, value: Math.min(Math.max(value, min), max) - min });
      bar.dataset.style = words(model.get("bar_style"));
    });
  }

  function valid(model) {
    const mark = make("output", "sw-valid");
    return row(model, mark, () => {
      mark.textContent = model.get("value") ? "✓" : `✗ ${words(model.get("readout"))}`;
    });
  }

  /** A picture, video or sound, from the bytes or the address that was saved. */
  function media(model, tag) {
    const element = make(tag, `sw-${tag}`, tag === "img" ? { decoding: "sync" } : { preload: "metadata" });
    let shown;
    model.follow(() => {
      const [value, format] = [model.get("value"), words(model.get("format"))];
      if (tag === "img") element.alt = words(model.get("tooltip"));
      else Object.assign(element, { controls: true, loop: Boolean(model.get("loop")) });
      const [width, height] = ["width", "height"].map((key) => words(model.get(key)).replace(/^\d+(\.\d+)?$/, "$&px"));
      Object.assign(element.style, { width, height });
      if (width && height) { // on a phone it may be smaller, in the same shape
        element.style.aspectRatio = `${parseFloat(width)} / ${parseFloat(height)}`;
        element.style.height = "auto";
      }
      if (value === shown) return;
      shown = value;
      URL.revokeObjectURL(element.src);
      if (format === "url") {
        const address = new TextDecoder().decode(value);
        if (isSafe(address)) element.src = address;
      } else {
        const type = `${tag === "img" ? "image" : tag}/${format}`;
        element.src = URL.createObjectURL(new Blob([value], { type }));
      }
    });
    return element;
  }

  /** What cells wrote into an Output. The build has converted everything but widgets to HTML. */
  function output(model, view) {
    const element = make("div", "sw-output");
    const parts = ({ data = {}, text, traceback }) => {
      const { [VIEW]: inner, "text/html": html, "text/plain": plain } = data;
      if (inner) return [draw(resolve(view.models, inner.model_id), view)];
      if (html) return [...parseHTML([html].flat().join(""))];
      return [make("pre", "", { textContent: [text ?? traceback ?? plain ?? ""].flat().join("") })];
    };
    model.follow(() => {
      element.replaceChildren(...model.get("outputs").flatMap(parts));
      typesetOnPage(element);
    });
    return element;
  }

  /** What the page cannot draw: a notice in place of the widget itself, with its saved picture and children. */
  function unknown(model, view) {
    const element = make("div", "sw-unknown");
    const picture = words(model.get("_data_url")); // of a figure of ipympl
    if (/^data:image\/png;/.test(picture)) element.append(make("img", "sw-img", { src: picture, alt: nameOf(model) }));
    if (Array.isArray(model.get("children"))) element.append(box(model, view, "sw-column"));
    const isStock = model.module.startsWith("@jupyter-widgets/");
    element.append(notice(isStock ? `${model.name} needs a running kernel.` : `This page cannot show ${model.name}.`));
    return element;
  }

  // ---------------------------------------------------------------- modules (AnyWidget)

  const files = new Map(); // what each module file provides, by file name

  /** Load a file of a module once. Only files that the page lists are loaded; other names in a state are refused. */
  function load(name) {
    if (!files.has(name)) {
      files.set(name, new Promise((done, fail) => {
        const places = [...document.querySelectorAll(`script[type="${MODULE}"]`)].map((element) => element.dataset.src);
        const place = places.find((each) => each.split("/").at(-1) === name);
        if (!place) throw new Error("the page does not list the file of its module");
        const isStyles = name.endsWith(".css");
        const element = isStyles ? make("link", "", { rel: "stylesheet", href: place }) : make("script", "", { src: place });
        element.addEventListener("widget-module", (event) => done(event.detail));
        element.addEventListener("load", () => (isStyles ? done() : fail(new Error(`${name} contains no module`))));
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

  /** The interface of a model for a module; when `signal` aborts, its listeners are removed. */
  function modelFor(model, signal) {
    const listeners = [];
    const asked = {
      get: (key) => model.get(key),
      set: (key, value) => model.set(key, value),
      save_changes() {}, // `set` has already applied the changes
      send: noKernel,
      on(event, listener) {
        const end = model.on(event, (value) => {
          try {
            listener(asked, value);
          } catch (error) {
            console.error(`static-widgets: the widget ${model.get("_anywidget_id")} failed in its listener for ${event}:`, error);
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
  async function initialised(model) {
    const styles = model.get("_css");
    const [run] = await Promise.all([load(model.get("_esm")), styles && load(styles)]);
    const { default: exported, render } = await run();
    if (render) return { render }; // the older form of a module; anywidget prefers it, too
    const widget = typeof exported === "function" ? await exported() : exported;
    const { signal } = new AbortController(); // a model lives as long as its page
    await widget.initialize?.({ model: modelFor(model, signal), signal, experimental });
    return widget;
  }

  /** Let a module draw into its element; when `signal` aborts, the cleanup that the module returned is called. */
  async function play({ model, el }, signal) {
    try {
      const widget = await (model.widget ??= initialised(model));
      const cleanup = await widget.render?.({ model: modelFor(model, signal), el, signal, experimental });
      if (typeof cleanup !== "function") return;
      if (signal.aborted) cleanup();
      else signal.addEventListener("abort", () => cleanup());
    } catch (error) {
      console.error(`static-widgets: the widget ${model.get("_anywidget_id")} cannot be shown:`, error);
      throw error;
    }
  }

  const cannot = () => notice("This widget cannot be shown.");

  /** The element for a module, which draws in it once the view has been put into the page, or at once if it has been already. */
  function anywidget(model, view) {
    const el = make("div", "sw-any");
    if (view.waiting) view.waiting.push({ model, el });
    else play({ model, el }, view.over.signal).catch(() => el.replaceChildren(cannot()));
    return el;
  }

  // ---------------------------------------------------------------- the kinds of widgets

  const NAMED = { description: "", description_allow_html: false, tooltip: null };
  const shown = (draw, traits) => ({ draw, traits });
  /** A kind with a control: `key` is the trait that the reader changes. */
  const moving = (key, draw, traits) => ({ key, draw, traits: { ...NAMED, disabled: false, ...traits } });
  const SCALE = { min: 0, max: 100, step: 1, value: 0, orientation: "horizontal", readout: true, readout_format: "d" };
  const FLOATS = { ...SCALE, step: 0.1, readout_format: ".2f" };
  const LABELS = { _options_labels: [], index: null };
  const SLIDES = { ...LABELS, index: 0, orientation: "horizontal", readout: true };
  const BOUNDED = { min: 0, max: 100 };
  const WORDS = { value: "", placeholder: "", continuous_update: true };
  const FILE = { value: new Uint8Array(), width: "", height: "", tooltip: null };
  const BOX = { children: [] };
  const CHOICE = { ...BOX, titles: [], selected_index: null };
  const BAR = { ...NAMED, ...BOUNDED, value: 0, bar_style: "", orientation: "horizontal" };
  const DAY = { value: null, min: null, max: null, step: null };
  const STYLE = {
    background: "background", font_family: "font-family", font_size: "font-size", font_style: "font-style",
    font_variant: "font-variant", font_weight: "font-weight", text_color: "color", text_decoration: "text-decoration",
    button_color: "background", handle_color: "accent-color", bar_color: "accent-color",
  };

  /** For each kind: how it is drawn, the traits that are drawn and their defaults, and the trait that a reader changes. */
  const KINDS = {
    __proto__: null,
    // controls
    IntSlider: moving("value", (model, view) => slider(model, view, linear), SCALE),
    FloatSlider: moving("value", (model, view) => slider(model, view, linear), FLOATS),
    FloatLogSlider: moving("value", (model, view) => slider(model, view, logarithmic),
      { ...FLOATS, base: 10, max: 4, value: 1, readout_format: ".3g" }),
    SelectionSlider: moving("index", (model, view) => slider(model, view, ofLabels), SLIDES),
    IntRangeSlider: moving("value", (model, view) => slider(model, view, linear, true), { ...SCALE, value: [25, 75] }),
    FloatRangeSlider: moving("value", (model, view) => slider(model, view, linear, true),
      { ...FLOATS, value: [25, 75] }),
    SelectionRangeSlider: moving("index", (model, view) => slider(model, view, ofLabels, true),
      { ...SLIDES, index: [0, 0] }),
    Play: moving("value", player,
      { ...BOUNDED, value: 0, step: 1, interval: 100, playing: false, repeat: false, show_repeat: true }),
    Dropdown: moving("index", menu, LABELS),
    Select: moving("index", menu, { ...LABELS, rows: 5 }),
    SelectMultiple: moving("index", menu, { ...LABELS, index: [], rows: 5 }),
    RadioButtons: moving("index", (model, view) => radios(model, view, "sw-radios"),
      { ...LABELS, orientation: "vertical" }),
    ToggleButtons: moving("index", (model, view) => radios(model, view, "sw-toggles"), LABELS),
    Checkbox: moving("value", checkbox, { value: false }),
    ToggleButton: moving("value", button, { value: false, icon: "" }),
    Button: moving(null, button, { icon: "" }),
    FileUpload: moving(null, button, { description: "Upload", value: [] }),
    IntText: moving("value", numberField, { value: 0, step: 1 }),
    FloatText: moving("value", numberField, { value: 0, step: null }),
    BoundedIntText: moving("value", numberField, { ...BOUNDED, value: 0, step: 1 }),
    BoundedFloatText: moving("value", numberField, { ...BOUNDED, value: 0, step: null }),
    Text: moving("value", textField, WORDS),
    Textarea: moving("value", textField, { ...WORDS, rows: null }),
    Password: moving("value", textField, WORDS),
    Combobox: moving("value", textField, { ...WORDS, options: [] }),
    TagsInput: moving(null, textField, WORDS),
    ColorsInput: moving(null, textField, WORDS),
    IntsInput: moving(null, textField, WORDS),
    FloatsInput: moving(null, textField, WORDS),
    ColorPicker: moving("value", colour, { value: "black", concise: false }),
    DatePicker: moving("value", date, DAY),
    TimePicker: moving("value", date, DAY),
    DatetimePicker: moving("value", date, DAY),
    NaiveDatetimePicker: moving("value", date, DAY),
    // boxes
    VBox: shown((model, view) => box(model, view, "sw-column"), BOX),
    HBox: shown((model, view) => box(model, view, "sw-line"), BOX),
    Box: shown((model, view) => box(model, view, "sw-line"), BOX),
    GridBox: shown((model, view) => box(model, view, "sw-grid"), BOX),
    Stack: shown(stack, CHOICE),
    Tab: { ...shown(tabs, CHOICE), key: "selected_index" },
    Accordion: { ...shown(accordion, CHOICE), key: "selected_index" },
    // content
    HTML: shown((model) => content(model, (element, value) => element.replaceChildren(...parseHTML(value))),
      { ...NAMED, value: "" }),
    HTMLMath: shown((model) => content(model, (element, value) => write(element, value, true)),
      { ...NAMED, value: "" }),
    Label: shown((model) => content(model, write), { ...NAMED, value: "" }),
    IntProgress: shown(progress, BAR),
    FloatProgress: shown(progress, BAR),
    Valid: shown(valid, { ...NAMED, value: false, readout: "Invalid" }),
    Image: shown((model) => media(model, "img"), { ...FILE, format: "png" }),
    Video: shown((model) => media(model, "video"), { ...FILE, format: "mp4", loop: true }),
    Audio: shown((model) => media(model, "audio"), { ...FILE, format: "mp3", loop: true }),
    Output: shown(output, { outputs: [] }),
    Any: shown(anywidget),
  };

  /** Give an element the layout and the style that were saved with its widget. */
  function dress(model, element, view) {
    const layout = resolve(view.models, model.get("layout"));
    const given = new Set(); // properties that the layout has set; all others are left to the element
    layout?.follow(() => {
      for (const key of layout.keys()) {
        const value = words(layout.get(key));
        if (key.startsWith("_") || (!value && !given.has(key))) continue;
        given.add(key);
        element.style.setProperty(key.replaceAll("_", "-"), key === "min_width" ? `min(${value}, 100%)` : value);
      }
    });
    const style = resolve(view.models, model.get("style"));
    style?.follow(() => {
      for (const [key, property] of Object.entries(STYLE)) {
        if (style.get(key)) element.style.setProperty(property, words(style.get(key)));
      }
    });
  }

  let room = MOST;

  function draw(model, view) {
    if (room-- <= 0) throw new RangeError(`more than ${MOST} widgets`);
    if (!model) return notice("A part of this widget was not saved with the notebook.");
    const element = (KINDS[model.name]?.draw ?? unknown)(model, view);
    dress(model, element, view);
    return element;
  }

  // ---------------------------------------------------------------- the page

  const modelId = (place) => JSON.parse(place.textContent).model_id;
  const stillOf = ({ nextElementSibling: next }) => (next?.classList.contains("sw-static") ? next : null);

  /** Draw the views at these places from what was saved of their widgets. */
  function drawViews(saved, places) {
    const models = readModels(saved?.state);
    for (const kind of ["text", "html"]) Object.assign(typeset[kind], saved?.typeset?.[kind]);
    const rootOf = (place) => resolve(models, modelId(place));
    findLiveControls(models, places.map((place) => {
      try {
        return rootOf(place);
      } catch {
        return null; // said below
      }
    }));
    for (const place of places) {
      const still = stillOf(place);
      const live = make("div", "sw-live");
      const note = Object.assign(notice(""), { id: `sw-${++count}` });
      const view = { models, waiting: [], over: new AbortController(), live, note, dead: new Set() };
      try {
        const model = rootOf(place);
        if (!model) throw new TypeError("its widget is not in the saved state");
        live.append(draw(model, view));
        if (view.dead.size) live.append(note);
        if (!view.waiting.length) still?.remove();
      } catch (error) {
        view.waiting = [];
        live.replaceChildren(damaged(error));
      } finally {
        room = MOST;
      }
      const stack = live.querySelector(".sw-stack");
      if (stack) live.append(voice(stack));
      (still?.isConnected ? still : place).after(live);
      if (view.waiting.length) awaitModules(view, live, still);
      view.waiting = null;
    }
  }

  /** Let the modules of a view draw while it is hidden, in the width of the still; the view replaces the still when all have drawn. */
  async function awaitModules(view, live, still) {
    if (still) {
      live.classList.add("sw-waiting");
      live.style.width = `${still.offsetWidth}px`;
    }
    const end = () => view.over.abort();
    try {
      await Promise.all(view.waiting.map((job) => play(job, view.over.signal)));
    } catch {
      end(); // play has logged the reason
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

  /** The state in the page, or null if it cannot be read; then every view becomes a notice. */
  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch (error) {
      console.warn("static-widgets: the saved state cannot be read:", error);
      return null;
    }
  }

  /** Call `call` once: when the reader first scrolls, moves the pointer or presses a key, or one of these stills comes near. */
  function whenReading(stills, call) {
    const waiting = new AbortController();
    const near = { rootMargin: "50%" };
    const sight = new IntersectionObserver((seen) => seen.some((still) => still.isIntersecting) && once(), near);
    const once = () => {
      if (waiting.signal.aborted) return;
      waiting.abort();
      sight.disconnect();
      call();
    };
    for (const still of stills) sight.observe(still);
    for (const sign of ["scroll", "wheel", "touchstart", "pointerdown", "pointermove", "keydown", "beforeprint"]) {
      addEventListener(sign, once, { passive: true, signal: waiting.signal });
    }
  }

  // The state is either in the page, or in scripts, one for each group of widgets, that send it as an event: unlike
  // data, a script also loads from a local folder.
  const views = [...document.querySelectorAll(`script[type="${VIEW}"]`)];
  document.addEventListener("widget-state", ({ detail }) => {
    drawViews(detail, views.filter((place) => Object.hasOwn(detail.state, modelId(place))));
  });
  for (const state of document.querySelectorAll(`script[type="${STATE}"]`)) {
    const { src, views: own } = state.dataset;
    if (!src) {
      drawViews(parsed(state.textContent), views);
      break;
    }
    const places = views.filter((place) => own.split(" ").includes(modelId(place)));
    whenReading(places.map(stillOf).filter(Boolean), () => document.head.append(make("script", "", { src })));
  }
})();
