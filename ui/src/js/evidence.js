// data-evidence on a list of links to pictures: a picture opens over the page, arrows turn, Escape closes. Links to other
// kinds of file (data-kind="file") open as links do.
import { close, on, open } from "./tools.js";

let pictures = [];
let at = 0;

export const evidence = {
  start() {
    on("click", "[data-evidence] a:not([data-kind=file])", (link, event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      pictures = [...link.closest("[data-evidence]").querySelectorAll("a:not([data-kind=file])")];
      show(pictures.indexOf(link));
    });
    document.addEventListener("keydown", (event) => {
      if (!document.querySelector("dialog.viewer[open]")) return;
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.code];
      if (!step) return;
      event.preventDefault();
      show(at + step);
    });
  },
};

function show(index) {
  at = (index + pictures.length) % pictures.length;
  const dialog = document.querySelector("dialog.viewer") || build();
  const thumb = pictures[at].querySelector("img");
  const name = thumb?.alt || pictures[at].textContent.trim();
  const image = dialog.querySelector("img");
  image.src = pictures[at].href;
  image.alt = name;
  dialog.querySelector("p").textContent = `${name}  ${at + 1} / ${pictures.length}`;
  open(dialog);
}

function build() {
  const dialog = document.createElement("dialog");
  dialog.className = "viewer";
  const stage = document.createElement("div");
  stage.className = "stage";
  stage.append(document.createElement("img"));
  const row = document.createElement("div");
  row.className = "buttons";
  const caption = document.createElement("p");
  row.append(caption, button("←", () => show(at - 1)), button("→", () => show(at + 1)), button("×", () => close(dialog)));
  dialog.append(row, stage);
  document.body.append(dialog);
  return dialog;
}

function button(sign, act) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "button small";
  element.textContent = sign;
  element.addEventListener("click", act);
  return element;
}
