import type { Panel } from "../panel.js";

export const panel: Panel = {
  id: "access",
  title: "Access",
  order: 40,
  icon: "M12 3 4 6v6c0 4.5 3.4 7.7 8 9 4.6-1.3 8-4.5 8-9V6l-8-3ZM9 12l2 2 4-4",
  load: () => import("./view.js"),
};
