import type { Panel } from "../panel.js";

export const panel: Panel = {
  id: "operation",
  title: "Operation",
  order: 10,
  icon: "M8 5v14l11-7-11-7Z",
  load: () => import("./view.js"),
};
