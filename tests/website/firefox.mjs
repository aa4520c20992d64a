/* Opens a page in Firefox through WebDriver BiDi, moves its first slider, and prints what was seen as JSON.
 *
 *   node firefox.mjs PROGRAM ADDRESS
 */
import { createRequire } from "node:module";

const puppeteer = createRequire(new URL("../../website/package.json", import.meta.url))("puppeteer-core");
const [program, address] = process.argv.slice(2);

const browser = await puppeteer.launch({ browser: "firefox", executablePath: program, timeout: 300_000 });
try {
  const page = await browser.newPage();
  const trouble = [];
  page.on("pageerror", (error) => trouble.push(error.message));
  page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
  await page.setViewport({ width: 390, height: 844 });
  await page.goto(address, { timeout: 300_000 });
  await page.keyboard.press("Shift");
  const slider = await page.waitForSelector(".sw-live input[type=range]", { timeout: 300_000 });
  const look = () => slider.evaluate((input) => ({
    picture: input.closest(".sw-live").querySelector(".sw-stack").innerHTML,
    words: input.getAttribute("aria-valuetext"),
  }));
  const before = await look();
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  const after = await look();
  const layout = await page.evaluate(() => ({
    width: document.documentElement.scrollWidth,
    font: document.fonts.check("16px KaTeX_Math", "w"),
    formulas: document.querySelectorAll(".katex").length,
  }));
  process.stdout.write(JSON.stringify({ before, after, ...layout, trouble }));
} finally {
  await browser.close();
}
