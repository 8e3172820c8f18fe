import type { JSX } from "preact";
import { Empty } from "../../parts/empty.js";
import type { PanelProps } from "../panel.js";

export function View({ panel }: PanelProps): JSX.Element {
  return <Empty icon={panel.icon} title={panel.title} />;
}
