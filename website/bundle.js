/* The site's one style sheet, its fonts and shorter scripts: a JSON request on stdin, the names of what was written on
 * stdout.
 *
 * styles:       the style sheets, in the order of the page
 * words:        the elements, classes and attributes of the pages
 * variables:    the CSS variables that pages and scripts mention
 * scripts:      the scripts of the pages, which may set further classes, attributes and variables
 * themeScripts: those of them that are the theme's; each is bundled in place, see theme/theme-queries.js
 * shortened:    scripts to minify in place
 * characters:   every character that the pages show in each font; the key is the beginning of the font's file name
 * folder:       where the style sheet and its fonts go, each with a hash in its name
 */
const { createHash } = require("crypto");
const { mkdirSync, readFileSync, writeFileSync } = require("fs");
const path = require("path");

const esbuild = require("esbuild");
const postcss = require("postcss");
const { PurgeCSS } = require("purgecss");
const subsetFont = require("subset-font");

// The font features that browsers use without being told by CSS; tnum is for list numbers.
const FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "tnum"];

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

/**
 * Reduce each font face to a WOFF2 file with only the characters shown in it; drop faces that show none. The faces of formulas and icons are embedded in the
 * style sheet: a formula laid out before its font has loaded moves when it does.
 */
async function subsetFaces(root, css, files, { words, characters, folder }) {
  const fonts = {};
  const shown = { ...characters, "": characters[""] + css }; // text that CSS adds is never in a formula, so it counts for the text fonts
  // Icon fonts also have icons at the codes of letters; no page shows those.
  const icons = [...css].filter((character) => character > "\u00ff").join("");
  for (const kind of ["fa-brands", "fa-regular", "fa-solid"]) shown[kind] = words.includes(`\n${kind}\n`) ? icons : "";
  const sources = [];
  root.walkAtRules("font-face", (face) => face.walkDecls("src", (source) => { sources.push(source); }));
  for (const source of sources) {
    const file = files[/url\("?(\d+)\.woff2"?\)/.exec(source.value)?.[1]];
    const stem = file && path.basename(file, ".woff2");
    const kind = file && Object.keys(shown).filter((start) => stem.startsWith(start)).sort((a, b) => b.length - a.length)[0];
    if (!file || !shown[kind]) {
      source.parent.remove();
      continue;
    }
    const font = await subsetFont(readFileSync(file), shown[kind], { targetFormat: "woff2", noHinting: true, keepFeatures: FEATURES });
    const isInline = /^(KaTeX_|fa-)/.test(stem);
    if (!isInline) fonts[stem] ??= writeHashed(path.join(folder, "fonts"), stem, ".woff2", font);
    const address = isInline ? `data:font/woff2;base64,${font.toString("base64")}` : `fonts/${fonts[stem]}`;
    source.value = `url(${address}) format("woff2")`;
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

/** Minify a script in place. */
const minify = (script) =>
  esbuild.build({ entryPoints: [script], outfile: script, allowOverwrite: true, minify: true, charset: "utf8", logLevel: "error" });

async function main(request) {
  const { styles, words, variables, scripts, themeScripts, shortened, folder } = request;
  await Promise.all([...themeScripts.map(replaceQueries), ...shortened.map(minify)]);
  const { whole, files } = await bundle(styles);
  const [{ css }] = await new PurgeCSS().purge({
    content: [{ raw: words, extension: "txt" }, ...scripts],
    css: [{ raw: whole }],
    keyframes: true,
    variables: true,
    safelist: { variables },
  });
  const root = postcss.parse(css);
  const fonts = await subsetFaces(root, css, files, request);
  return { styles: writeHashed(folder, "book", ".css", root.toString()), fonts };
}

main(JSON.parse(readFileSync(0, "utf-8"))).then(
  (names) => process.stdout.write(JSON.stringify(names)),
  (error) => {
    process.stderr.write(`${error.stack ?? error}\n`);
    process.exitCode = 1;
  },
);
