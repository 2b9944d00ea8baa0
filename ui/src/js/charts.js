// data-chart="id": fetches the drawing library only when a page has a chart, and hands it the option in #id.
import { all } from "./tools.js";

export const charts = {
  attach(root) {
    const places = all(root, "[data-chart]");
    const address = document.documentElement.dataset.charts;
    if (places.length && address) import(/* @vite-ignore */ address).then((library) => places.forEach(library.draw));
  },
};
