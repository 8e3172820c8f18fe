import type { ComponentChildren, JSX } from "preact";
import { Icon } from "../shell/icon.js";

const ICONS = {
  info: "M12 8h.01M11 12h1v5h1M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
  good: "M5 12.5 10 17 19 7",
  attention:
    "M12 9v4M12 17h.01M10.3 4.2 2.6 17.5A2 2 0 0 0 4.3 20.5h15.4a2 2 0 0 0 1.7-3L13.7 4.2a2 2 0 0 0-3.4 0Z",
  problem: "M12 8v5M12 16.5h.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
} as const;

interface NoticeProps {
  readonly kind: keyof typeof ICONS;
  readonly title?: string;
  readonly children?: ComponentChildren;
}

/** A few sentences that stand out. The kind shows as an icon and a colour; the text has to say it as well. */
export function Notice({ kind, title, children }: NoticeProps): JSX.Element {
  return (
    <div class={`notice notice-${kind}`}>
      <Icon path={ICONS[kind]} />
      <div class="notice-body">
        {title !== undefined && <p class="notice-title">{title}</p>}
        {children}
      </div>
    </div>
  );
}
