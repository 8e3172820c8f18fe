import type { JSX } from "preact";
import type { Panel } from "../panels/panel.js";
import { Icon } from "./icon.js";
import { routeHash } from "./route.js";

interface NavigationProps {
  readonly panels: readonly Panel[];
  readonly current: string | undefined;
}

/** Links, so that a panel can be opened in a tab of its own, bookmarked and left with the back button. */
export function Navigation({ panels, current }: NavigationProps): JSX.Element {
  return (
    <nav class="navigation" aria-label="Panels">
      <ul>
        {panels.map(({ id, title, icon }) => (
          <li key={id}>
            <a href={routeHash(id)} aria-current={id === current ? "page" : undefined}>
              <Icon path={icon} />
              <span>{title}</span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
