// Forms that post are sent once; the server's key (`{% once %}`) is the guarantee, this only saves the second click.
const sent = new WeakSet();

export const once = {
  start() {
    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (form.method !== "post" || event.defaultPrevented) return;
      if (sent.has(form)) {
        event.preventDefault();
        return;
      }
      sent.add(form);
      // Not `disabled`: the name of the button that was pressed must go with the form.
      event.submitter?.setAttribute("aria-disabled", "true");
      setTimeout(() => release(form), 8000);
    });
    // Coming back with the browser's button shows the page as it was left.
    addEventListener("pageshow", (event) => {
      if (event.persisted) document.querySelectorAll("form").forEach(release);
    });
    document.addEventListener("htmx:afterRequest", (event) => {
      const form = event.target.closest?.("form");
      if (form) release(form);
    });
  },
};

function release(form) {
  sent.delete(form);
  form.querySelectorAll("[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
}
