// The parts of ECharts that our charts use. Charts come as data from core/charts.py; the functions they may name are here.
import { BarChart, LineChart, RadarChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, RadarComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, LineChart, RadarChart, AriaComponent, GridComponent, MarkLineComponent, RadarComponent, TooltipComponent, SVGRenderer]);

const points = (value) => (value === null || value === undefined || value === "" ? "" : Number(value).toFixed(1).replace("-", "−"));

const FORMATTERS = {
  points: ({ value }) => points(value),
  value: (value) => points(value) || "—",
  loss: ({ value }) => (value ? `−${points(value)}` : ""),
  first: ({ value }) => points(value[0]),
  count: ({ value }) => value || "",
};

const drawn = new Map();

/** Draw the chart of one place, or draw it anew. */
export function draw(place) {
  const source = document.getElementById(place.dataset.chart);
  if (!source) return;
  const big = document.documentElement.classList.contains("big");
  drawn.get(place)?.dispose();
  const chart = init(place, theme(big ? 16 : 12.5), { renderer: "svg" });
  const option = resolve(JSON.parse(source.textContent));
  const base = option.baseOption || option;
  base.animation = false;
  base.aria = { enabled: true, label: { enabled: false } };
  // Drawn text instead of a styled element: our policy allows no inline style.
  if (base.tooltip) Object.assign(base.tooltip, { renderMode: "richText", confine: true, borderColor: "#aeb7c0", backgroundColor: "#fff" });
  chart.setOption(option);
  drawn.set(place, chart);
}

/** Put the named function where an option says "fn:name". */
function resolve(value) {
  if (typeof value === "string" && value.startsWith("fn:")) return FORMATTERS[value.slice(3)];
  if (Array.isArray(value)) return value.map(resolve);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolve(inner)]));
  return value;
}

function theme(fontSize) {
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize, color: "#4d565f" };
  const axis = { axisLabel: { fontSize, color: "#4d565f" }, nameTextStyle: { fontSize, color: "#4d565f" } };
  return {
    textStyle: text,
    categoryAxis: axis,
    valueAxis: axis,
    radar: { axisName: { fontSize } },
    line: { label: { fontSize }, endLabel: { fontSize } },
    bar: { label: { fontSize: fontSize + 1 } },
    tooltip: { textStyle: { ...text, color: "#1c2126" } },
  };
}

let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  for (const [place, chart] of drawn) place.isConnected ? chart.resize() : drawn.delete(place);
});
addEventListener("beforeprint", () => drawn.forEach((chart) => chart.resize({ width: 560 })));
addEventListener("afterprint", () => drawn.forEach((chart) => chart.resize({ width: "auto" })));
document.addEventListener("big", () => [...drawn.keys()].forEach(draw));
