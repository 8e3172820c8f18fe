import type { JSX } from "preact";
import { routeHash } from "../../shell/route.js";

interface TypeLinkProps {
  /** As it is shown: `[User!]!`, or a coordinate. */
  readonly type: string;
  /** Where it leads. */
  readonly namedType: string;
}

export function TypeLink({ type, namedType }: TypeLinkProps): JSX.Element {
  return (
    <a class="type-link" href={routeHash("documentation", namedType)}>
      {type}
    </a>
  );
}
