// The session may end under an open page. Whoever notices calls signInAgain(); it asks for the password in a dialog and
// resolves when the page may go on. Answers to htmx that are the sign-in page are caught here.
import { open, close, post, text } from "./tools.js";

let waiting = null;

export const session = {
  start() {
    document.addEventListener("htmx:beforeSwap", (event) => {
      const { xhr, requestConfig } = event.detail;
      const form = dialog()?.querySelector("form");
      if (!form || !xhr.responseURL) return;
      const ended = xhr.status === 401 || new URL(xhr.responseURL).pathname === new URL(form.action).pathname;
      if (!ended || requestConfig.path === form.getAttribute("action")) return;
      event.detail.shouldSwap = false;
      signInAgain().then(() => {
        if (requestConfig.verb === "get") event.detail.requestConfig.elt.click?.();
      });
    });
  },
};

/** Whether an answer means that nobody is signed in any more. */
export function ended(response) {
  return response.status === 401 || response.type === "opaqueredirect";
}

/** Ask for the password; resolves when signed in. */
export function signInAgain() {
  waiting ??= new Promise((resolve) => {
    const box = dialog();
    const form = box.querySelector("form");
    const refused = form.querySelector("[data-refused]");
    refused.hidden = true;
    form.onsubmit = async (event) => {
      event.preventDefault();
      event.stopPropagation();
      try {
        await renewTokens(form.action);
        if (form.elements.password.value) await post(form.action, new FormData(form));
        if (await renewTokens(location.href)) {
          form.reset();
          close(box);
          waiting = null;
          resolve();
          return;
        }
      } catch {
        // No network: say so as for a wrong password; the person tries again.
      }
      refused.textContent = text("refused");
      refused.hidden = false;
      form.elements.password.focus();
    };
    open(box);
    form.elements.password.focus();
  });
  return waiting;
}

/** Take over the token of a freshly fetched page; true when that page was shown, not the sign-in page instead. */
async function renewTokens(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (fresh) {
    document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((input) => (input.value = fresh));
    document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": fresh }));
  }
  return response.ok && new URL(response.url).pathname === new URL(url, location.href).pathname;
}

function dialog() {
  return document.getElementById("sign-in-again");
}
