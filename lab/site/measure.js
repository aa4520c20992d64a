/* Measures pages in a browser: a JSON request on stdin, a line of JSON on stdout for each run of each page.
 *
 * browser:  the program
 * rounds:   how often Lighthouse visits a page with each of its presets, and each picture is moved
 * pages:    [{ name, url }]
 * pictures: [{ name, url, figure }]; figure is the id of the element whose first slider is moved
 */
import { readFileSync } from "node:fs";

import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

const PRESETS = { mobile: undefined, desktop: desktopConfig };
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const SLOWER = 4; // how many times slower the processor is made while a picture moves
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

/** Milliseconds from each key press, and from each movement of the mouse, to the next painted frame. */
async function move(browser, url, figure) {
  const visitor = await browser.createBrowserContext();
  const page = await visitor.newPage();
  await page.setViewport(PHONE);
  await page.goto(url, { waitUntil: "networkidle0", timeout: 120000 });
  const whole = await page.$(`#${figure}`);
  await whole.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
  await page.mouse.wheel({ deltaY: 10 });
  const slider = await page.waitForSelector(`#${figure} input[type=range]`, { timeout: 120000 });
  await slider.evaluate((element) => element.scrollIntoView({ block: "center", behavior: "instant" }));
  await page.waitForNetworkIdle();
  await page.emulateCPUThrottling(SLOWER);
  const picture = () => whole.evaluate((element) =>
    [...element.querySelectorAll("svg")].filter((svg) => svg.checkVisibility()).map((svg) => svg.outerHTML).join());
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
  const { x, y, width, height } = await slider.boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  const drags = await measure("pointermove", (count) =>
    page.mouse.move(x + (width * (count % 10 + 1)) / 12, y + height / 2));
  await page.mouse.up();
  await visitor.close();
  if (seen.size < 5) throw new Error(`${url}: the slider of ${figure} moved and showed ${seen.size} pictures`);
  return { keys, drags };
}

const { browser: program, rounds, pages, pictures } = JSON.parse(readFileSync(0, "utf-8"));
const say = (result) => process.stdout.write(`${JSON.stringify(result)}\n`);
const args = ["--no-sandbox", "--disable-background-networking", "--disable-component-update"];
const browser = await puppeteer.launch({ executablePath: program, args });
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, url, figure } of pictures) say({ name, preset: "moved", ...(await move(browser, url, figure)) });
  }
  for (const { name, url } of pages) {
    for (let round = 0; round < rounds; round += 1) {
      for (const preset of Object.keys(PRESETS)) say({ name, preset, ...(await audit(browser, url, preset)) });
    }
  }
} finally {
  await browser.close();
}
