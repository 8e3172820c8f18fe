import type { Panel } from "../panel.js";
import { StepUpDialog } from "./step-up-dialog.js";

export const panel: Panel = {
  id: "you",
  title: "You",
  order: 30,
  icon: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 20c1.2-3.3 4.2-5 8-5s6.8 1.7 8 5",
  load: () => import("./view.js"),
  Overlay: StepUpDialog,
};
