/* KaTeX as a filter: reads one JSON request per line, writes one JSON answer per line; ends when its input ends.
 *
 * KaTeX divides an inline formula into bases, between which a browser may break it. The <wbr> between them allows this inside the unbreakable span, too, that
 * formulas.py puts around a formula and its comma.
 */
const katex = require("katex");

// Of KaTeX's HTML commands a formula may use only \htmlClass, with which formulas.py colours terms.
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
