// Sheets: a textarea with data-paste="#preview" shows what was pasted from a sheet as a table; in a table with data-grid
// several cells can be pasted at once, and Enter goes to the next cell that needs mending.
import { all, on, text } from "./tools.js";

const SHOWN = 12;

export const grid = {
  start() {
    on("input", "textarea[data-paste]", preview);
    on("paste", "table[data-grid] input", (input, event) => {
      const rows = parse(event.clipboardData.getData("text/plain"));
      if (rows.length < 2 && rows[0]?.length < 2) return;
      event.preventDefault();
      const column = input.closest("td").cellIndex;
      let row = input.closest("tr");
      for (const values of rows) {
        if (!row) break;
        values.forEach((value, i) => put(row.cells[column + i]?.querySelector("input"), value));
        row = row.nextElementSibling;
      }
    });
    on("keydown", "table[data-grid] input", (input, event) => {
      if (event.code !== "Enter" || event.isComposing) return;
      event.preventDefault();
      const cells = [...input.closest("table").querySelectorAll("input, select")];
      cells[cells.indexOf(input) + (event.shiftKey ? -1 : 1)]?.focus();
    });
    on("input", "table[data-grid] td.faulty", (cell) => cell.classList.add("mended"));
  },
  attach(root) {
    all(root, "textarea[data-paste]").forEach(preview);
  },
};

function put(input, value) {
  if (!input) return;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Rows of a text as sheets put it on the clipboard: tabs between cells, quotes around cells with line breaks. */
export function parse(source) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < source.length; i += 1) {
    const sign = source[i];
    if (quoted) {
      if (sign === '"' && source[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else if (sign === '"') quoted = false;
      else cell += sign;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t" || sign === "\n") {
      rows[rows.length - 1].push(cell);
      cell = "";
      if (sign === "\n") rows.push([]);
    } else if (sign !== "\r") cell += sign;
  }
  rows[rows.length - 1].push(cell);
  while (rows.length && rows[rows.length - 1].every((value) => value === "")) rows.pop();
  return rows;
}

function preview(area) {
  const place = document.querySelector(area.dataset.paste);
  place.replaceChildren();
  const rows = parse(area.value);
  const columns = Math.max(0, ...rows.map((row) => row.length));
  if (columns < 2) return;
  const count = document.createElement("p");
  count.className = "fine";
  count.textContent = text("pasted", { rows: rows.length, columns });
  const table = document.createElement("table");
  table.className = "cells";
  rows.slice(0, SHOWN).forEach((values, i) => {
    const row = table.insertRow();
    for (const value of values) {
      const cell = document.createElement(i ? "td" : "th");
      cell.textContent = value;
      row.append(cell);
    }
  });
  place.append(count, table);
}
