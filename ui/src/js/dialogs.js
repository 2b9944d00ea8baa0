// data-open="#id" opens a dialog, data-close inside closes it; data-menu closes a <details> when one looks elsewhere;
// data-print prints.
import { close, on, open } from "./tools.js";

export const dialogs = {
  start() {
    on("click", "[data-open]", (button, event) => {
      const dialog = document.querySelector(button.dataset.open);
      if (!dialog) return;
      event.preventDefault();
      open(dialog);
    });
    on("click", "[data-close]", (button) => close(button.closest("dialog")));
    on("click", "[data-print]", () => print());
    document.addEventListener("click", (event) => {
      document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
        if (!menu.contains(event.target)) menu.open = false;
      });
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      const menu = event.target.closest?.("details[data-menu][open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  },
};
