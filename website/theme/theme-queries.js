/* What the theme's script finds in the page, in place of document.querySelectorAll (bundle.js puts it there).
 *
 * The script would measure all code and outputs when the page has arrived and after every change, for which the
 * browser lays out the whole page. layout.html measures a box when it comes near the screen instead, so this finds none of them.
 */
export const findForTheme = (selectors) =>
  selectors.startsWith("pre, ") ? [] : Document.prototype.querySelectorAll.call(document, selectors);
