import * as echarts from "echarts/core";
import { BarChart, LineChart, RadarChart } from "echarts/charts";
import { AriaComponent, GridComponent, MarkLineComponent, RadarComponent, TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";
echarts.use([BarChart, LineChart, RadarChart, AriaComponent, GridComponent, MarkLineComponent, RadarComponent, TooltipComponent, SVGRenderer]);
export function boot(el, option) { echarts.init(el, null, { renderer: "svg" }).setOption(option); }
