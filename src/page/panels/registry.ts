import type { Panel } from "./panel.js";

const found = import.meta.glob<{ readonly panel: Panel }>("./*/panel.ts", { eager: true });

/** All panels in the order of the navigation. */
export const PANELS: readonly Panel[] = Object.values(found)
  .map(({ panel }) => panel)
  .sort((one, other) => one.order - other.order);

export const FIRST_PANEL = "operation";
