/* KaTeX as a filter: one JSON request a line in, one line of MathML as JSON out; ends when its input ends.
 *
 * The formulas are written by students: no command of theirs may make a link or load anything (KaTeX's `trust` is off),
 * expand for ever, or draw a box larger than a line.
 */
const katex = require(process.argv[2]);
const options = { output: "mathml", throwOnError: false, strict: "ignore", maxExpand: 500, maxSize: 20 };

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { latex, displayMode } = JSON.parse(line);
  let html = null;
  try {
    html = katex.renderToString(latex, { ...options, displayMode });
  } catch {
    // too deep for its stack: the page shows the source
  }
  process.stdout.write(JSON.stringify(html) + "\n");
});
