// data-autosave="/address/" on a form: its fields are posted there 2 s after the last key, at least every 10 s while
// someone writes, and when a field is left. The answer is JSON:
//   200 {"saved_at": "10:42", "version": 7, "errors": {"name": "sentence"}}
//                                                "version" goes into the form's field of that name; `errors`, where
//                                                given, names fields that could not be saved and stay kept here
//   409 {"message": "…", "version": 8}           someone else changed it; the person chooses
//   401 or a redirect                            the session ended; asked to sign in, then saved again
// "Saved" is said ([data-saved]) only after the server said so; until then the fields are kept in this browser's session
// storage, and put back when the page is opened again. Files are not part of it: they are sent when chosen.
import { all, close, open, post, text } from "./tools.js";
import { ended, signInAgain } from "./session.js";

const PAUSE = 2000;
const LONGEST = 10000;

export const autosave = {
  attach(root) {
    all(root, "form[data-autosave]").forEach(watch);
  },
};

function watch(form) {
  if (form.dataset.watched) return;
  form.dataset.watched = "yes";
  const key = `autosave:${location.pathname}:${form.id}`;
  let pause;
  let since = null;
  let running = null;
  let again = false;

  function changed() {
    keep();
    since ??= Date.now();
    clearTimeout(pause);
    pause = setTimeout(save, Math.max(0, Math.min(PAUSE, LONGEST - (Date.now() - since))));
  }

  async function save(overwrite = false) {
    clearTimeout(pause);
    if (since === null && !overwrite) return;
    if (running) {
      again = true;
      return;
    }
    since = null;
    running = true;
    say(form, text("saving"), "waiting");
    try {
      const body = fields(form);
      if (overwrite) body.set("overwrite", "1");
      const response = await post(form.dataset.autosave, body, { "X-Autosave": "1" });
      if (ended(response)) {
        await signInAgain();
        since = Date.now();
        again = true;
      } else if (response.status === 409) {
        await conflict(await response.json());
      } else if (response.ok) {
        const answer = await response.json();
        setVersion(form, answer.version);
        const wrong = mark(form, answer.errors || {});
        if (since === null && !wrong) sessionStorage.removeItem(key);
        if (wrong) say(form, text("partly"), "failed");
        else say(form, text("saved", { time: answer.saved_at }), "");
        form.dispatchEvent(new CustomEvent("autosaved", { bubbles: true, detail: answer }));
      } else {
        failed(text("unsaved"));
      }
    } catch {
      failed(text("offline"));
    } finally {
      running = null;
      if (again) {
        again = false;
        save();
      }
    }
  }

  function failed(sentence) {
    since = Date.now();
    say(form, sentence, "failed");
    pause = setTimeout(save, LONGEST);
  }

  async function conflict(answer) {
    const mine = await ask(answer.message || text("conflict"));
    if (mine) {
      setVersion(form, answer.version);
      since = Date.now();
      again = false;
      running = null;
      await save(true);
    } else {
      sessionStorage.removeItem(key);
      location.reload();
    }
  }

  function keep() {
    const kept = [...fields(form)].filter(([name]) => !/^(csrfmiddlewaretoken|once|version)$/.test(name));
    sessionStorage.setItem(key, JSON.stringify(kept));
  }

  function restore() {
    const kept = JSON.parse(sessionStorage.getItem(key) || "null");
    if (!kept) return;
    put(form, kept);
    say(form, text("restored"), "waiting");
    changed();
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", (event) => event.target.type !== "file" && changed());
  form.addEventListener("focusout", () => since !== null && save());
  form.addEventListener("submit", () => {
    clearTimeout(pause);
    sessionStorage.removeItem(key);
  });
  addEventListener("online", () => since !== null && save());
  restore();
}

/** Say beside each field that could not be saved why not, and take back what was said before; returns how many. */
function mark(form, errors) {
  all(form, "[data-refused]").forEach((said) => {
    const field = form.elements[said.dataset.refused];
    field.removeAttribute("aria-invalid");
    field.closest(".field")?.classList.remove("faulty");
    said.remove();
  });
  const wrong = Object.entries(errors).filter(([name]) => form.elements[name] instanceof HTMLElement);
  for (const [name, sentence] of wrong) {
    const field = form.elements[name];
    const said = document.createElement("p");
    said.className = "message";
    said.setAttribute("role", "alert");
    said.dataset.refused = name;
    said.textContent = sentence;
    field.setAttribute("aria-invalid", "true");
    const place = field.closest(".field") || field;
    place.classList.add("faulty");
    place.after(said);
  }
  return wrong.length;
}

/** The fields of a form without its files. */
function fields(form) {
  const body = new FormData(form);
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
  return body;
}

function put(form, kept) {
  for (const field of form.elements) {
    if (!field.name || /^(hidden|file|submit|button|password)$/.test(field.type)) continue;
    const values = kept.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
    else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value);
    else if (values.length) field.value = values[0];
  }
}

function setVersion(form, version) {
  const field = form.elements.version;
  if (field && version !== undefined) field.value = version;
}

function say(form, sentence, tone) {
  const place = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
  if (!place) return;
  place.textContent = sentence;
  place.className = `saved ${tone}`;
}

/** Whose text shall stay? Resolves to true for one's own. */
function ask(sentence) {
  const dialog = document.getElementById("conflict");
  dialog.querySelector("[data-sentence]").textContent = sentence;
  open(dialog);
  return new Promise((resolve) => {
    dialog.oncancel = (event) => event.preventDefault();
    dialog.querySelectorAll("button").forEach((button) => {
      button.onclick = () => {
        close(dialog);
        resolve(button.value === "mine");
      };
    });
  });
}
