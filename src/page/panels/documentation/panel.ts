import type { Panel } from "../panel.js";

export const panel: Panel = {
  id: "documentation",
  title: "Documentation",
  order: 20,
  icon: "M4 5.5A1.5 1.5 0 0 1 5.5 4H11v16H5.5A1.5 1.5 0 0 1 4 18.5v-13ZM20 5.5A1.5 1.5 0 0 0 18.5 4H13v16h5.5a1.5 1.5 0 0 0 1.5-1.5v-13Z",
  load: () => import("./view.js"),
};
