// data-focus gets the focus when it appears: the summary of what is wrong. A link in it leads into the field itself.
// The current one of many tabs is brought into view.
import { all, on } from "./tools.js";

export const focus = {
  start() {
    on("click", ".error-summary a[href^='#']", (link, event) => {
      const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
      const field = target?.matches("input, select, textarea") ? target : target?.querySelector("input, select, textarea");
      if (!field) return;
      event.preventDefault();
      field.scrollIntoView({ block: "center" });
      field.focus({ preventScroll: true });
    });
  },
  attach(root) {
    all(root, "[data-focus]")[0]?.focus();
    for (const tab of all(root, ".tabs [aria-current]")) {
      const row = tab.parentElement;
      row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.clientWidth) / 2;
    }
  },
};
