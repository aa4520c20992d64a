/* The site's one style sheet, its fonts and the theme's script: a JSON request on stdin, the names of what was written
 * on stdout.
 *
 * styles:       the style sheets, in the order of the page
 * words:        the elements, classes and attributes of the pages
 * scripts:      the scripts of the pages, which may set others
 * themeScripts: those of them that are the theme's; each is written again, see theme/theme-queries.js
 * characters:   every character that the pages show
 * folder:       where the style sheet and its fonts go, each with a hash in its name
 */
const { createHash } = require("crypto");
const { mkdirSync, readFileSync, writeFileSync } = require("fs");
const path = require("path");

const esbuild = require("esbuild");
const postcss = require("postcss");
const { PurgeCSS } = require("purgecss");
const subsetFont = require("subset-font");

/** Follow every @import; put small pictures into the sheet; name each font by its place in a list of files. */
async function bundle(styles) {
  const files = []; // not by their paths: a style sheet escapes the spaces of a path
  const fontsStay = {
    name: "fonts-stay",
    setup: (build) => build.onResolve({ filter: /\.(woff2?|ttf|eot)$/ }, (font) => ({
      path: `${files.push(path.join(font.resolveDir, font.path)) - 1}${path.extname(font.path)}`,
      external: true,
    })),
  };
  const result = await esbuild.build({
    stdin: { contents: styles.map((file) => `@import ${JSON.stringify(file)};`).join("\n"), loader: "css", resolveDir: "/" },
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    logLevel: "error",
    logOverride: { "css-syntax-error": "silent", "unsupported-css-property": "silent" },
    loader: { ".svg": "dataurl", ".png": "dataurl" },
    plugins: [fontsStay],
  });
  return { whole: result.outputFiles[0].text, files };
}

/** Write `data` under a name that changes with it, and return the name. */
function writeHashed(folder, stem, extension, data) {
  const hash = createHash("sha256").update(data).digest("hex").slice(0, 12);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${stem}-${hash}${extension}`), data);
  return `${stem}-${hash}${extension}`;
}

/** Give each face of a font only its WOFF2 file, and that only the characters that are shown. */
async function subsetFaces(root, files, characters, folder) {
  const fonts = {};
  const sources = [];
  root.walkAtRules("font-face", (face) => face.walkDecls("src", (source) => { sources.push(source); }));
  for (const source of sources) {
    const file = files[/url\("?(\d+)\.woff2"?\)/.exec(source.value)?.[1]];
    if (!file) {
      source.parent.remove();
      continue;
    }
    const stem = path.basename(file, ".woff2");
    fonts[stem] ??= writeHashed(path.join(folder, "fonts"), stem, ".woff2",
      await subsetFont(readFileSync(file), characters, { targetFormat: "woff2" }));
    source.value = `url(fonts/${fonts[stem]}) format("woff2")`;
  }
  return fonts;
}

/** Let the theme's script ask theme-queries.js for elements; another script of the page still asks the document. */
async function replaceQueries(script) {
  const options = {
    entryPoints: [script],
    outfile: script,
    allowOverwrite: true,
    bundle: true,
    minify: true,
    legalComments: "none",
    define: { "document.querySelectorAll": "findForTheme" },
    inject: [path.join(__dirname, "theme", "theme-queries.js")],
    logLevel: "error",
  };
  await esbuild.build(options);
}

async function main({ styles, words, scripts, themeScripts, characters, folder }) {
  await Promise.all(themeScripts.map(replaceQueries));
  const { whole, files } = await bundle(styles);
  const [{ css }] = await new PurgeCSS().purge({
    content: [{ raw: words, extension: "txt" }, ...scripts],
    css: [{ raw: whole }],
    keyframes: true,
    safelist: { greedy: [/data-theme/, /data-mode/] }, // set by scripts, as members of `dataset`
  });
  const root = postcss.parse(css);
  const fonts = await subsetFaces(root, files, characters + css, folder);
  return { styles: writeHashed(folder, "book", ".css", root.toString()), fonts };
}

main(JSON.parse(readFileSync(0, "utf-8"))).then(
  (names) => process.stdout.write(JSON.stringify(names)),
  (error) => {
    process.stderr.write(`${error.stack ?? error}\n`);
    process.exitCode = 1;
  },
);
