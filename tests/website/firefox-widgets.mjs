/* Opens a page of widgets in Firefox through WebDriver BiDi, moves a slider, and prints what was seen as JSON.
 *
 *   node firefox-widgets.mjs PROGRAM ADDRESS SEEN
 */
import { createRequire } from "node:module";

const puppeteer = createRequire(new URL("../../website/package.json", import.meta.url))("puppeteer-core");
const [program, address, source] = process.argv.slice(2);

const browser = await puppeteer.launch({ browser: "firefox", executablePath: program, timeout: 300_000 });
try {
  const page = await browser.newPage();
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  await page.setViewport({ width: 390, height: 844 });
  await page.goto(address, { timeout: 300_000 });
  await page.waitForSelector(".sw-live", { timeout: 300_000 });
  const seen = await page.evaluate((text) => {
    const look = (0, eval)(text);
    return [...document.querySelectorAll("section")].map(look);
  }, source);
  const moved = [];
  const words = () => page.$eval("section:last-of-type .sw-html", (element) => element.textContent);
  moved.push(await words());
  await page.focus("section:last-of-type input[type=range]");
  await page.keyboard.press("ArrowRight");
  moved.push(await words());
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  process.stdout.write(JSON.stringify({ seen, moved, width, trouble }));
} finally {
  await browser.close();
}
