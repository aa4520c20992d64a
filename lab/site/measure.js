/* Measures pages in a browser: a JSON request on stdin, a line of JSON on stdout for each run of each page.
 *
 * browser: the program
 * rounds:  how often Lighthouse visits a page with each of its presets, and its slider is moved
 * pages:   [{ name, url, slider }]; slider is the selector of what a reader moves, or null
 */
import { readFileSync } from "node:fs";

import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const PRESETS = { mobile: undefined, desktop: desktopConfig };
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const SLOWER = 4; // how many times slower the processor is made for a slider
const STEPS = 20;
const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true };

/** One visit by Lighthouse, with its simulated network and processor. */
async function audit(browser, url, preset) {
  const options = { port: new URL(browser.wsEndpoint()).port, logLevel: "error", onlyCategories: CATEGORIES };
  const { lhr } = await lighthouse(url, options, PRESETS[preset]);
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const value = (name) => lhr.audits[name].numericValue;
  return {
    ...Object.fromEntries(CATEGORIES.map((name) => [name, 100 * lhr.categories[name].score])),
    bytes: value("total-byte-weight"),
    shift: value("cumulative-layout-shift"),
    paint: value("largest-contentful-paint"),
    blocking: value("total-blocking-time"),
    failed: Object.values(lhr.audits).filter(({ score }) => score === 0).map(({ id }) => id),
  };
}

/** Runs in the page: collect the milliseconds from each event of a kind to the frame that is painted after it. */
function watchFrames(kind) {
  window.delays = [];
  addEventListener(kind, ({ timeStamp }) => requestAnimationFrame(() => {
    const painted = new MessageChannel(); // its message is handled when the frame is done
    painted.port1.onmessage = () => window.delays.push(performance.now() - timeStamp);
    painted.port2.postMessage(null);
  }), { capture: true });
}

/** From a key press, and from a movement of the mouse, to the next painted frame; and all bytes of a whole visit. */
async function move(browser, url, selector) {
  const visitor = await browser.createBrowserContext();
  const page = await visitor.newPage();
  await page.setViewport(PHONE);
  const session = await page.createCDPSession();
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => { bytes += encodedDataLength; });
  await page.goto(url, { waitUntil: "networkidle0", timeout: 120000 });
  await page.mouse.wheel({ deltaY: 100 });
  const slider = await page.waitForSelector(selector, { timeout: 120000 });
  await slider.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
  await page.waitForNetworkIdle();
  await page.emulateCPUThrottling(SLOWER);
  const picture = () => slider.evaluate((element) => {
    const widget = element.closest(".sw-live, .widget-vbox, .jupyter-widgets");
    return [...widget.querySelectorAll("svg")].filter((svg) => svg.checkVisibility()).map((svg) => svg.outerHTML).join();
  });
  const seen = new Set();
  const measure = async (kind, step) => {
    await page.evaluate(watchFrames, kind);
    for (let count = 0; count < STEPS; count += 1) {
      await step(count);
      await new Promise((done) => setTimeout(done, 50));
      seen.add(await picture());
    }
    return page.evaluate(() => window.delays);
  };
  await slider.focus();
  const keys = await measure("keydown", (count) => page.keyboard.press(count % 4 < 2 ? "ArrowLeft" : "ArrowRight"));
  const box = await slider.evaluate((element) => {
    const { x, y, width, height } = (element.closest(".noUi-base") ?? element).getBoundingClientRect();
    return { x, y: y + height / 2, width };
  });
  const { x, width } = await slider.boundingBox();
  await page.mouse.move(x + width / 2, box.y);
  await page.mouse.down();
  const drags = await measure("pointermove", (count) =>
    page.mouse.move(box.x + (box.width * (count % 10 + 1)) / 12, box.y));
  await page.mouse.up();
  await visitor.close();
  if (seen.size < 5) throw new Error(`${url}: ${selector} moved and showed ${seen.size} pictures`);
  return { bytes, keys, drags };
}

const { browser: program, rounds, pages } = JSON.parse(readFileSync(0, "utf-8"));
const say = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);
const args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"];
const browser = await puppeteer.launch({ executablePath: program, args });
try {
  for (const { name, url, slider } of pages) {
    for (let round = 0; round < rounds; round += 1) {
      for (const preset of Object.keys(PRESETS)) say({ name, preset, ...(await audit(browser, url, preset)) });
      if (slider) say({ name, preset: "slider", ...(await move(browser, url, slider)) });
    }
  }
} finally {
  await browser.close();
}
