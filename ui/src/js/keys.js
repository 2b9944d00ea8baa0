// data-key="KeyJ ArrowDown" gives an element a key: buttons and links are pressed, fields get the focus. Names are those
// of event.code, so the state of a Chinese input method does not matter; "Control+Enter" and "Shift+Slash" name what is
// held. Keys rest while someone writes (except with Control), and while a dialog is open only its own work.
import { writing } from "./tools.js";

export const keys = {
  start() {
    document.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || event.altKey || event.metaKey || event.isComposing) return;
      // A list to choose from takes letters for itself, not digits.
      const chooses = event.target.matches?.("select") && /^(Digit|Numpad)\d$/.test(event.code);
      if (writing(event.target) && !event.ctrlKey && !chooses) return;
      const held = event.ctrlKey ? "Control+" : event.shiftKey ? "Shift+" : "";
      const name = held + event.code.replace(/^Numpad(?=\d|Enter)/, (_numpad) => (event.code === "NumpadEnter" ? "" : "Digit"));
      // A button that has the focus keeps its own Enter and Space.
      if (/^(Enter|Space)$/.test(name) && event.target.closest("a, button, summary, label")) return;
      const scope = [...document.querySelectorAll("dialog[open]")].pop() || document;
      const element = [...scope.querySelectorAll("[data-key]")]
        .filter((candidate) => candidate.dataset.key.split(" ").includes(name))
        .find((candidate) => candidate.offsetParent !== null && candidate.getAttribute("aria-disabled") !== "true");
      if (!element) return;
      event.preventDefault();
      if (writing(element)) element.focus();
      else element.click();
    });
  },
};
