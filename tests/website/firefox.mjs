/* Opens pages in Firefox through WebDriver BiDi, does what a reader does there, and prints what was seen as JSON.
 *
 *   node firefox.mjs PROGRAM VISITS
 *
 * VISITS is a list in JSON: of each page the `address`, the `width` of the window, the selector of a `handle`, by how
 * many pixels it is dragged (`by`), whether the `theme` is changed, and whether the page is printed (`print`). With
 * `empty`, the address of a file of the same host that has no policy, the page is looked at without scripts as well.
 */
import { createRequire } from "node:module";

const puppeteer = createRequire(new URL("../../website/package.json", import.meta.url))("puppeteer-core");
const [program, visits] = process.argv.slice(2);

const browser = await puppeteer.launch({ browser: "firefox", executablePath: program, timeout: 300_000 });
try {
  const seen = [];
  for (const wanted of JSON.parse(visits)) seen.push(await visit(wanted));
  process.stdout.write(JSON.stringify(seen));
} finally {
  await browser.close();
}

async function visit({ address, width, handle, by, theme, print, empty }) {
  const page = await browser.newPage();
  const trouble = [];
  const note = (text) => {
    // Firefox also reports a formula that it lays out before it has read all of it.
    if (!text.startsWith("Invalid markup: Incorrect number of children")) trouble.push(text);
  };
  page.on("pageerror", (error) => note(error.message));
  page.on("console", (message) => message.type() === "error" && note(message.text()));
  await page.setViewport({ width, height: 844 });
  await page.goto(address, { timeout: 300_000 });
  await page.keyboard.press("Shift");
  const held = await page.waitForSelector(handle, { timeout: 300_000 });
  const before = await look(held);
  await drag(page, held, by);
  const dragged = await look(held);
  await held.evaluate((element) => element.focus());
  await page.keyboard.press("ArrowRight");
  const pressed = await look(held);
  const layout = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    fonts: [...document.fonts].map(({ family, status }) => `${family.replaceAll('"', "")} ${status}`),
    formulas: document.querySelectorAll(".katex").length,
  }));
  const themes = theme ? [await colours(page), await switched(page)] : [];
  const paper = print ? await printed(page) : null;
  const dead = empty ? await withoutScripts(page, address, empty) : null;
  await page.close();
  return { before, dragged, pressed, ...layout, themes, paper, dead, trouble };
}

/** What a picture shows, and what it says of the part that is held. */
function look(held) {
  return held.evaluate(async (element) => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const live = element.closest(".sw-live"), frames = live.querySelector(".sw-stack");
    const parts = [...live.querySelectorAll(".rs-stage :is(path, text)")].map((part) => part.outerHTML);
    return { picture: frames ? frames.innerHTML : parts.join(""), words: element.getAttribute("aria-valuetext") };
  });
}

/** Drag by the mouse: a handle or a slider by its middle, a solid by a corner, where no handle lies. */
async function drag(page, held, [across, down]) {
  const [x, y] = await held.evaluate((element) => {
    element.scrollIntoView({ block: "center", behavior: "instant" });
    const box = element.getBoundingClientRect();
    return element.matches(".rs-turn") ? [box.x + 20, box.y + 20] : [box.x + box.width / 2, box.y + box.height / 2];
  });
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + across, y + down, { steps: 5 });
  await page.mouse.up();
}

function colours(page) {
  return page.evaluate(() => ({
    ink: getComputedStyle(document.querySelector(".rs-stage text")).fill,
    paper: getComputedStyle(document.body).backgroundColor,
  }));
}

/** The colours after a reader has changed the theme; one of its three states looks like another one. */
async function switched(page) {
  await page.evaluate(() => {
    const root = document.documentElement, before = root.dataset.theme;
    const button = [...document.querySelectorAll(".theme-switch-button")].find((button) => button.checkVisibility());
    for (let click = 0; click < 2 && root.dataset.theme === before; click += 1) button.click();
  });
  return colours(page);
}

/** What stands on paper, seen while Firefox prints. */
async function printed(page) {
  await page.evaluate(() => {
    matchMedia("print").addEventListener("change", ({ matches }) => {
      if (!matches) return;
      const shown = (selector) => [...document.querySelectorAll(selector)].some((part) =>
        part.checkVisibility({ visibilityProperty: true }));
      globalThis.paper = {
        theme: document.documentElement.dataset.theme,
        ink: getComputedStyle(document.querySelector(".rs-stage text")).fill,
        shown: [".rs-stage", ".book-print"].map(shown),
        hidden: [".bd-sidebar-primary", ".bd-header-article", ".rs-buttons"].map(shown),
      };
    });
  });
  await page.pdf({ pageRanges: "1", timeout: 300_000 });
  return page.evaluate(() => globalThis.paper);
}

/** The pictures of a page in a frame that allows no script. */
async function withoutScripts(page, address, empty) {
  await page.goto(empty);
  return page.evaluate(async (address) => {
    const frame = document.createElement("iframe");
    Object.assign(frame, { src: address, width: 390, height: 844 });
    frame.sandbox = "allow-same-origin";
    await new Promise((loaded) => {
      frame.addEventListener("load", loaded);
      document.body.append(frame);
    });
    const stills = [...frame.contentDocument.querySelectorAll(".sw-static svg[role=img]")];
    return {
      alive: frame.contentDocument.querySelectorAll(".sw-live").length,
      stills: stills.map((still) => Math.round(still.getBoundingClientRect().height)),
      width: frame.contentDocument.documentElement.scrollWidth,
    };
  }, address);
}
