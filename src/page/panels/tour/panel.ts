import type { Panel } from "../panel.js";

export const panel: Panel = {
  id: "tour",
  title: "Tour",
  order: 80,
  icon: "M5 21V4M5 4h12l-2.5 4L17 12H5",
  load: () => import("./view.js"),
};
