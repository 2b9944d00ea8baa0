// Files: data-drop takes what is dropped on it; data-chosen inside names it; data-shrink makes photos 1600 px JPEG before
// they leave the device, which also strips where they were taken; data-send sends the form as soon as a file is chosen.
import { on, text } from "./tools.js";
import { say } from "./toasts.js";

const SIDE = 1600;
const LIMIT = 10_000_000;
const READY = Symbol("ready");

export const files = {
  start() {
    on(
      "change",
      "input[type=file]",
      async (input, event) => {
        if (event[READY]) return;
        const shrink = "shrink" in input.dataset && input.files.length;
        if (shrink) {
          event.stopImmediatePropagation();
          const label = input.closest("label");
          label?.classList.add("busy");
          const small = await Promise.all([...input.files].map(shrunk));
          label?.classList.remove("busy");
          take(input, small);
        }
        const large = [...input.files].find((file) => file.size > LIMIT);
        if (large) {
          say(text("too_large", { name: large.name }), "bad");
          input.value = "";
        }
        const chosen = input.closest("[data-drop]")?.querySelector("[data-chosen]");
        if (chosen) chosen.textContent = [...input.files].map((file) => file.name).join(" ");
        if (shrink && input.files.length) {
          const again = new Event("change", { bubbles: true });
          again[READY] = true;
          input.dispatchEvent(again);
        }
        if ("send" in input.dataset && input.files.length) send(input.form);
      },
      true,
    );
    for (const type of ["dragenter", "dragover"])
      on(type, "[data-drop]", (zone, event) => {
        event.preventDefault();
        zone.classList.add("over");
      });
    for (const type of ["dragleave", "drop"]) on(type, "[data-drop]", (zone) => zone.classList.remove("over"));
    on("drop", "[data-drop]", (zone, event) => {
      event.preventDefault();
      const input = zone.querySelector("input[type=file]");
      const dropped = [...event.dataTransfer.files];
      if (!dropped.length) return;
      take(input, input.multiple ? dropped : dropped.slice(0, 1));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  },
};

function send(form) {
  if (form.requestSubmit) form.requestSubmit();
  else form.submit();
}

function take(input, list) {
  const transfer = new DataTransfer();
  list.forEach((file) => transfer.items.add(file));
  input.files = transfer.files;
}

/** A photo as a JPEG of at most 1600 px; anything else, or what the browser cannot read, as it is. */
async function shrunk(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file;
  const url = URL.createObjectURL(file);
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const scale = Math.min(1, SIDE / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.naturalWidth * scale);
    canvas.height = Math.round(image.naturalHeight * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return blob ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file;
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(url);
  }
}
