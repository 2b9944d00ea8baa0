// Picking rows: data-check-all="name" ticks all boxes of that name; a form with data-bulk="name" shows its
// data-bulk-bar while any is ticked, and how many in data-bulk-count. data-count="#field" keeps a number field equal to
// the number of ticked boxes inside.
import { all, on, text } from "./tools.js";

export const bulk = {
  start() {
    on("change", "[data-check-all]", (box) => {
      const form = box.closest("form");
      const boxes = form.querySelectorAll(`input[type=checkbox][name="${box.dataset.checkAll}"]`);
      boxes.forEach((each) => (each.checked = box.checked));
      refresh(form);
    });
    on("change", "form[data-bulk]", refresh);
    on("change", "[data-count]", (group) => {
      const field = document.querySelector(group.dataset.count);
      field.value = group.querySelectorAll("input:checked").length || "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  },
  attach(root) {
    all(root, "form[data-bulk]").forEach(refresh);
  },
};

function refresh(form) {
  const ticked = form.querySelectorAll(`input[name="${form.dataset.bulk}"]:checked`);
  const bar = form.querySelector("[data-bulk-bar]");
  if (bar) bar.hidden = !ticked.length;
  const count = form.querySelector("[data-bulk-count]");
  if (count) count.textContent = text("chosen", { count: ticked.length });
  ticked.forEach(mark);
  form.querySelectorAll(`input[name="${form.dataset.bulk}"]:not(:checked)`).forEach(mark);
}

function mark(box) {
  box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
}
