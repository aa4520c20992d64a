/* Starts reveal.js. What stands after "?" in the address has the last word: ?view=print, ?showNotes=true. */
document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

// On a phone held upright the slides stand below each other, in a narrower format, so that their words are not small.
const upright = innerWidth < 600 && innerWidth < innerHeight;
document.documentElement.classList.toggle("upright", upright);

Reveal.initialize({
  ...(upright ? { width: 500, height: 900, view: "scroll" } : { width: 1100, height: 760 }),
  scrollActivationWidth: null, // the scroll view depends on the format, see `upright`, not on the width alone
  viewDistance: 99, // all are laid out, so that a picture measures its room before its slide is shown
  mobileViewDistance: 99,
  margin: 0.05,
  center: true,
  hash: true,
  slideNumber: "c/t",
  transition: still ? "none" : "slide",
  pdfSeparateFragments: false,
});
