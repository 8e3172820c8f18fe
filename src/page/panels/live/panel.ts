import type { Panel } from "../panel.js";
import { Collector } from "./collector.js";

export const panel: Panel = {
  id: "live",
  title: "Live",
  order: 50,
  icon: "M3 12h4l3-8 4 16 3-8h4",
  load: () => import("./view.js"),
  Overlay: Collector,
};
