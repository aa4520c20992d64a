/* KaTeX as a filter: one JSON request a line in, one JSON answer a line out; ends when its input ends.
 *
 * Between the bases of a formula in a line, which are what KaTeX lets a browser break it into, <wbr> allows the break
 * also where the line around it forbids breaks, as formulas.py does between a formula and its comma.
 */
const katex = require("katex");

// Classes, which formulas.py gives to terms, are the one thing of HTML that a formula may have.
const OURS = { throwOnError: true, trust: ({ command }) => command === "\\htmlClass", strict: (code) => code === "htmlExtension" ? "ignore" : "warn" };

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { latex, options } = JSON.parse(line);
  let answer;
  try {
    const html = katex.renderToString(latex, { ...options, ...OURS });
    const breakable = () => html.replaceAll('</span><span class="base">', '</span><wbr><span class="base">');
    answer = { html: options?.displayMode ? html : breakable() };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
});
