"""Two AnyWidgets of an author who knows nothing of sphinx-static-widgets, and needs no kernel for them."""

import struct

import anywidget
import traitlets


class Counter(anywidget.AnyWidget):
    """A button that says how often it was pressed."""

    _esm = """
    function render({ model, el }) {
      const button = document.createElement("button");
      const write = () => { button.textContent = `pressed ${model.get("count")} times`; };
      button.addEventListener("click", () => {
        model.set("count", model.get("count") + 1);
        model.save_changes();
      });
      model.on("change:count", write);
      write();
      el.append(button);
    }
    export default { render };
    """
    count = traitlets.Int(0).tag(sync=True)


class Bars(anywidget.AnyWidget):
    """Bars of heights between 0 and 1; arrow keys and clicks choose one, and a line below says which."""

    _esm = """
    /* regular expressions such as /[/`]/ and words such as "export default" do not matter */
    const NAME = "bar";
    export const version = `${NAME} 1`;

    export default async () => {
      let heights = [];
      return {
        initialize({ model }) {
          const data = model.get("heights");
          const numbers = new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength));
          heights = [...numbers];
        },
        render({ model, el }) {
          const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 80, tabIndex: 0 });
          canvas.setAttribute("role", "img");
          const words = Object.assign(document.createElement("p"), { className: "bars-words" });
          const context = canvas.getContext("2d");
          const draw = () => {
            const chosen = model.get("chosen");
            context.clearRect(0, 0, 200, 80);
            heights.forEach((height, place) => {
              context.fillStyle = place === chosen ? "rgb(200, 0, 0)" : "rgb(0, 0, 200)";
              context.fillRect(place * 40, 80 - 80 * height, 36, 80 * height);
            });
            words.textContent = `${NAME} ${chosen}: ${heights[chosen].toFixed(2)} ${model.get("style").unit}`;
          };
          const choose = (place) => {
            model.set("chosen", Math.min(Math.max(place, 0), heights.length - 1));
            model.save_changes();
          };
          canvas.addEventListener("click", (event) => choose(Math.floor(event.offsetX / 40)));
          canvas.addEventListener("keydown", (event) => {
            const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (step) choose(model.get("chosen") + step);
          });
          model.on("change:chosen", draw);
          draw();
          el.classList.add("bars");
          el.append(canvas, words);
          return () => { document.documentElement.dataset.cleaned = "bars"; };
        },
      };
    };
    """
    _css = """
    .bars { padding: 8px; background: rgb(250, 240, 230); }
    .bars canvas { display: block; }
    .bars p { margin: 0; }
    """
    heights = traitlets.Bytes().tag(sync=True)
    chosen = traitlets.Int(0).tag(sync=True)
    style = traitlets.Dict({"unit": "m"}).tag(sync=True)

    def __init__(self, *heights: float, **values: object) -> None:
        super().__init__(heights=struct.pack(f"<{len(heights)}f", *heights), **values)
