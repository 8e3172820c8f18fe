import { createStore, type Store } from "../state/store.js";

/** Where the page is: `#/documentation/Query.me` is the panel `documentation` with the detail `Query.me`. */
export interface Route {
  readonly panel: string;
  readonly detail: string;
}

/** Reads the part of the address after `#`. An address without one is the first panel. */
export function parseRoute(hash: string, first: string): Route {
  const [panel = "", ...detail] = hash.replace(/^#\/?/, "").split("/");
  return { panel: panel === "" ? first : panel, detail: detail.map(decode).join("/") };
}

export const routeHash = (panel: string, detail = ""): string =>
  detail === "" ? `#/${panel}` : `#/${panel}/${encodeURIComponent(detail)}`;

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The route of this window. It follows the address bar, so that the back button works. */
export function watchRoute(first: string): Store<Route> {
  const route = createStore(parseRoute(globalThis.location.hash, first));
  globalThis.addEventListener("hashchange", () => route.set(parseRoute(globalThis.location.hash, first)));
  return route;
}
