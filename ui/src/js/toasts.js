// data-toast="10": goes away after so many seconds, counting them; waits while the pointer or the focus is on it.
import { all } from "./tools.js";

export const toasts = {
  attach(root) {
    all(root, "[data-toast]").forEach(count);
  },
};

/** Say something short at the foot of the page. */
export function say(sentence, tone = "") {
  const toast = document.createElement("div");
  toast.className = `toast ${tone}`;
  toast.dataset.toast = "6";
  toast.textContent = sentence;
  document.getElementById("toasts")?.append(toast);
  count(toast);
}

function count(toast) {
  let left = Number(toast.dataset.toast);
  const shown = toast.querySelector(".left");
  const clock = setInterval(() => {
    if (!toast.isConnected) return clearInterval(clock);
    if (toast.matches(":hover") || toast.contains(document.activeElement)) return undefined;
    left -= 1;
    if (shown) shown.textContent = left;
    if (left <= 0) {
      clearInterval(clock);
      toast.remove();
    }
    return undefined;
  }, 1000);
}
