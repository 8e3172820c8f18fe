import type { ComponentChildren, JSX } from "preact";
import { Icon } from "../shell/icon.js";

interface EmptyProps {
  readonly icon: string;
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** What a panel shows while it has nothing: what will be here, and what to do for it. */
export function Empty({ icon, title, children }: EmptyProps): JSX.Element {
  return (
    <div class="empty">
      <Icon path={icon} size={28} />
      <p class="empty-title">{title}</p>
      <div class="empty-text">{children}</div>
    </div>
  );
}
