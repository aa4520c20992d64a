/* The interactive parts of a page. A classic script, not a module, so that it also runs from file: addresses. */
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const article = document.querySelector(".bd-article");

  // A page that is read from its top is laid out in steps (layout.html, site.css): the blocks after its second heading
  // follow one after the other, in tasks so short that a phone answers its reader in between; all at once as soon as
  // somebody does something with the page.
  const later = document.documentElement.classList.contains("in-steps") ? all(".bd-article section section ~ section > :not(section)") : [];
  const layOut = (time) => {
    const end = performance.now() + time;
    while (later.length && performance.now() < end) {
      const block = later.shift();
      block.style.contentVisibility = "visible";
      if (time < Infinity) block.getBoundingClientRect(); // lays it out now
    }
    if (later.length) setTimeout(layOut, 0, time);
  };
  for (const event of ["click", "keydown", "beforeprint"]) addEventListener(event, () => layOut(Infinity), { capture: true, once: true });
  requestAnimationFrame(() => setTimeout(layOut, 0, 5)); // milliseconds

  // One button opens every check, and closes them.
  const button = document.querySelector(".book-checks");
  button?.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") === "false";
    button.setAttribute("aria-pressed", open);
    for (const check of all("details.fold.check")) check.open = open;
  });

  // The chapter menu opens at this chapter; a press elsewhere, or Escape, closes it.
  const sheet = document.querySelector(".book-chapters");
  sheet.addEventListener("toggle", () => {
    if (sheet.open) sheet.querySelector("[aria-current]")?.scrollIntoView({ block: "center" });
  });
  addEventListener("click", ({ target }) => { if (!sheet.contains(target)) sheet.open = false; });
  addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    CSS.highlights?.clear();
    if (!sheet.open) return;
    sheet.open = false;
    sheet.querySelector("summary").focus();
  });

  // The ledger shows the items of one verdict, or all; a link to an item opens it.
  const verdicts = all(".ledger-filter button");
  const choose = (chosen) => {
    for (const verdict of verdicts) verdict.setAttribute("aria-pressed", verdict === chosen);
    const shown = chosen === verdicts[0] ? ".verdict" : `.verdict.${chosen.classList[1]}`;
    for (const item of all("section.item")) item.hidden = !item.querySelector(shown);
    for (const group of all("section:has(> .item)")) group.hidden = !group.querySelector(".item:not([hidden])");
  };
  for (const verdict of verdicts) verdict.addEventListener("click", () => choose(verdict));
  const follow = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (verdicts.includes(target)) choose(target);
    const item = target?.closest(".item");
    if (!item) return;
    if (item.closest("[hidden]")) choose(verdicts[0]);
    item.querySelector("details").open = true;
    item.scrollIntoView();
  };
  if (verdicts.length) {
    addEventListener("hashchange", follow);
    follow();
  }

  // What was searched for is marked in the article, whose elements stay as they are, so that nothing moves.
  let sought = "";
  try {
    sought = localStorage.getItem("sphinx_highlight_terms") ?? "";
    if (article) localStorage.removeItem("sphinx_highlight_terms");
  } catch { /* storage is blocked */ }
  const terms = sought.toLowerCase().split(/\s+/).filter(Boolean);
  if (article && terms.length && globalThis.Highlight) {
    const texts = document.createTreeWalker(article, NodeFilter.SHOW_TEXT, ({ parentElement }) =>
      parentElement.closest(".katex, svg, script, style") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    const found = [];
    while (texts.nextNode()) {
      const text = texts.currentNode.data.toLowerCase();
      for (const term of terms) {
        for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
          const range = new Range();
          range.setStart(texts.currentNode, at);
          range.setEnd(texts.currentNode, at + term.length);
          found.push(range);
        }
      }
    }
    CSS.highlights.set("sought", new Highlight(...found));
  }

  // The equation of a link is shown beside it while the pointer or the focus rests there.
  const card = document.createElement("div");
  card.className = "book-card";
  card.setAttribute("popover", "manual");
  const pages = new Map();
  const page = (address) => {
    if (address === location.href.split("#")[0]) return Promise.resolve(document);
    if (!pages.has(address)) {
      pages.set(address, fetch(address).then((answer) => answer.text()).then((text) => new DOMParser().parseFromString(text, "text/html")));
    }
    return pages.get(address);
  };
  let wanted = null;
  const hide = () => {
    wanted = null;
    if (card.isConnected) card.hidePopover();
  };
  const show = async ({ currentTarget: link }) => {
    wanted = link;
    const [address, label] = link.href.split("#");
    if (location.protocol === "file:" && address !== location.href.split("#")[0]) return; // scripts cannot read other pages from file: addresses
    const equation = (await page(address).catch(() => null))?.getElementById(decodeURIComponent(label))?.querySelector(".katex");
    if (!equation || wanted !== link) return;
    document.body.append(card);
    card.replaceChildren(document.importNode(equation, true));
    card.showPopover();
    const { left, top, bottom } = link.getBoundingClientRect(), { width, height } = card.getBoundingClientRect();
    card.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
    card.style.top = `${top > height + 72 ? top - height - 8 : bottom + 8}px`;
  };
  if (card.showPopover) {
    for (const link of all("a[href*='#equation-']", article ?? undefined)) {
      for (const event of ["pointerenter", "focus"]) link.addEventListener(event, show);
      for (const event of ["pointerleave", "blur"]) link.addEventListener(event, hide);
    }
    addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });
  }

  // A box with content wider than itself gets the focus, so that it scrolls by keyboard too. A box is measured when it comes near the screen.
  const measured = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const box = target.closest(".katex-display") ?? target;
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  });
  const near = new IntersectionObserver((entries) => {
    for (const { target } of entries.filter(({ isIntersecting }) => isIntersecting)) {
      near.unobserve(target);
      measured.observe(target);
      const formula = target.querySelector(":scope > .katex"); // it grows when its fonts arrive
      if (formula) measured.observe(formula);
    }
  }, { rootMargin: "50%" });
  // The theme's script would measure all of them at once; theme-queries.js keeps it from that.
  for (const box of all("div.math .katex-display, pre, .cell_output > .output, .pst-scrollable-table-container")) near.observe(box);
})();
