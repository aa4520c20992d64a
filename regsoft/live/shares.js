// Scores become shares: bars of both, and the shares as a point of the triangle.
import { softmax } from "./maths.js";
import { path, plane, set, show, svg } from "./kit.js";
import { OPTIONS, bar, block, list, simplex } from "./simplex.js";

const PATH = Array.from({ length: 40 }, (_, i) => 0.05 * 2000 ** (i / 39)); // temperatures

function bars() {
  const shares = plane({ x: [0, 3], y: [0, 1], yticks: [0, 0.5, 1] });
  const own = OPTIONS.map(() => bar("--rs-purple")), found = OPTIONS.map(() => bar("--rs-green"));
  const names = ["w₁", "w₂", "w₃"].map((name) => svg("text", { class: "rs-name", "text-anchor": "middle" }, name));
  const answer = svg("g", { class: "rs-fades" }, ...found);
  const line = svg("path", { class: "rs-line", "stroke-width": 1.2, "stroke-dasharray": "6 4" });
  const centre = svg("path", { class: "rs-line", d: "M-5 0H5M0 -5V5" });
  const inside = svg("g", { class: "rs-fades" }, line, centre);
  return {
    top: 5.2, ticks: [0, 1, 2, 3, 4, 5], ask: "Show softmax", hide: "Hide softmax",
    pitch: (width) => Math.min(46, (width - 72) / 6),
    beside: svg("g", {}, shares.element, ...own, answer, ...names),
    inside,
    place(end, pitch, top, base) {
      shares.place(end + 46, end + 46 + 3 * pitch, top, base);
      names.forEach((name, i) => set(name, { x: shares.across(i + 0.5), y: base + 22 }));
    },
    draw({ x, w, target, answered, field }) {
      const wide = shares.across(1) - shares.across(0);
      OPTIONS.forEach((i) => {
        const middle = shares.across(i + 0.5);
        set(own[i], { d: block(middle - 0.4 * wide, middle - 0.02 * wide, shares.up(w[i]), shares.up(0)) });
        set(found[i], { d: block(middle + 0.02 * wide, middle + 0.4 * wide, shares.up(target[i]), shares.up(0)) });
      });
      set(line, { d: path(PATH.map((alpha) => field.at(softmax(x, alpha)))) });
      set(centre, { transform: `translate(${field.at([1 / 3, 1 / 3, 1 / 3]).join(" ")})` });
      for (const element of [answer, inside]) show(element, answered);
      return { own: `your w ${list(w)}`, best: `softmax ${list(target)}` };
    },
  };
}

const render = (context) => simplex(context, bars());

export default { render };
