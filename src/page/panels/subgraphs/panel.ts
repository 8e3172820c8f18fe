import type { Panel } from "../panel.js";

export const panel: Panel = {
  id: "subgraphs",
  title: "Subgraphs",
  order: 60,
  icon: "M12 4a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM5 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM19 16a2 2 0 1 0 0 4 2 2 0 0 0 0-4ZM12 8v4M12 12l-6 4M12 12l6 4",
  load: () => import("./view.js"),
};
