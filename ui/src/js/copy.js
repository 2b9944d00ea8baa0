// data-copy="#id" copies the text of an element.
import { on, text } from "./tools.js";
import { say } from "./toasts.js";

export const copy = {
  start() {
    on("click", "[data-copy]", async (button) => {
      const source = document.querySelector(button.dataset.copy);
      const value = source.value ?? source.textContent.trim();
      try {
        await navigator.clipboard.writeText(value);
      } catch {
        // Offices reach the server without TLS, where the clipboard is closed to scripts but not to this command.
        const field = document.createElement("textarea");
        field.value = value;
        (button.closest("dialog") || document.body).append(field);
        field.select();
        document.execCommand("copy");
        field.remove();
        button.focus();
      }
      say(text("copied"));
    });
  },
};
