/* The function that the theme's script calls in place of document.querySelectorAll (bundle.js puts it there).
 *
 * The script would measure all code and outputs when the page has loaded and after every change, for which the
 * browser lays out the whole page. book.js measures a box when it comes near the screen instead, so this finds none of them.
 */
export const findForTheme = (selectors) =>
  selectors.startsWith("pre, ") ? [] : Document.prototype.querySelectorAll.call(document, selectors);
