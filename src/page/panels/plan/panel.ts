import type { Panel } from "../panel.js";

export const panel: Panel = {
  id: "plan",
  title: "Plan",
  order: 70,
  icon: "M6 4v10a4 4 0 0 0 4 4h8M6 8h12M18 5l3 3-3 3M18 15l3 3-3 3",
  load: () => import("./view.js"),
};
