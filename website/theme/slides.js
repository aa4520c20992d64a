/* Starts reveal.js. What stands after "?" in the address has the last word: ?view=print, ?showNotes=true. */
document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

Reveal.initialize({
  width: 1100,
  height: 760,
  margin: 0.05,
  center: true,
  hash: true,
  slideNumber: "c/t",
  transition: still ? "none" : "slide",
  pdfSeparateFragments: false,
});
