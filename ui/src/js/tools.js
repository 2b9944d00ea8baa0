// What several behaviours share.

/** All matching elements in a part of the page, itself included. */
export function all(root, selector) {
  const found = [...root.querySelectorAll(selector)];
  if (root instanceof Element && root.matches(selector)) found.unshift(root);
  return found;
}

/** Call `handler(element, event)` for events on matching elements, whenever they came into the page. */
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target instanceof Element && event.target.closest(selector);
      if (element) handler(element, event);
    },
    options,
  );
}

let texts;

/** A sentence from the page's own list (the tag `script_texts`), with its %(name)s filled in. */
export function text(name, values = {}) {
  texts ??= JSON.parse(document.getElementById("texts")?.textContent || "{}");
  return (texts[name] || "").replace(/%\((\w+)\)s/g, (_whole, key) => values[key] ?? "");
}

/** Whether the person is writing in this element. */
export function writing(element) {
  return (
    element instanceof Element &&
    (element.isContentEditable ||
      element.matches("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit])"))
  );
}

/** The token that every form of this page carries. */
export function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";
}

/** Post a form's fields; the answer comes back as it is, a redirect to the sign-in page included. */
export function post(url, body, headers = {}) {
  return fetch(url, {
    method: "POST",
    body,
    headers: { "X-Requested-With": "fetch", "X-CSRFToken": token(), ...headers },
    credentials: "same-origin",
    redirect: "manual",
  });
}

/** Open a dialog, also where the browser does not know the element's methods. */
export function open(dialog) {
  if (dialog.open) return;
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute("open", "");
}

export function close(dialog) {
  if (dialog.close) dialog.close();
  else dialog.removeAttribute("open");
}
