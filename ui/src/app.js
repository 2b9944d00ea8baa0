// Behaviour by data attribute. Every page works without this file except live photos and charts; each module below
// does one thing, finds its elements itself, and is told about parts that htmx brings in later.
import "./app.css";
import "htmx.org";
import { autosave } from "./js/autosave.js";
import { big } from "./js/big.js";
import { bulk } from "./js/bulk.js";
import { charts } from "./js/charts.js";
import { copy } from "./js/copy.js";
import { dialogs } from "./js/dialogs.js";
import { evidence } from "./js/evidence.js";
import { files } from "./js/files.js";
import { focus } from "./js/focus.js";
import { grid } from "./js/grid.js";
import { keys } from "./js/keys.js";
import { once } from "./js/once.js";
import { session } from "./js/session.js";
import { toasts } from "./js/toasts.js";

// `once` comes last: it looks whether another behaviour took the form over.
const behaviours = [session, big, dialogs, keys, focus, files, evidence, bulk, copy, grid, autosave, toasts, charts, once];

for (const behaviour of behaviours) behaviour.start?.();
for (const behaviour of behaviours) behaviour.attach?.(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt === document.body) return;
  for (const behaviour of behaviours) behaviour.attach?.(event.detail.elt);
});
