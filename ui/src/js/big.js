// data-big on the form of the 大字 switch: changes at once, then tells the server, which renders the class next time.
// The button's data-other is what it says in the other state.
import { on, post } from "./tools.js";

export const big = {
  start() {
    on("submit", "form[data-big]", (form, event) => {
      event.preventDefault();
      const button = form.querySelector("button[name=big]");
      const body = new FormData(form);
      body.set("big", button.value);
      const now = button.value === "1";
      document.documentElement.classList.toggle("big", now);
      [button.textContent, button.dataset.other] = [button.dataset.other, button.textContent];
      button.value = now ? "0" : "1";
      document.dispatchEvent(new Event("big"));
      post(form.action, body).catch(() => form.submit());
    });
  },
};
