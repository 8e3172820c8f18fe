import type { Handler } from "./exchange.js";
import { refusal } from "./refusals.js";

/** One endpoint: its name in metrics, its path and its handler. */
export interface Route {
  readonly name: string;
  readonly path: string;
  readonly methods: readonly string[];
  readonly handle: Handler;
}

export interface Router {
  /** The route of a path. Unknown paths share the name `unknown`, so that metrics stay bounded. */
  match(path: string): Route;
}

/** Builds the table of all endpoints. An unknown path gets 404, a wrong method 405 with `Allow`. */
export function createRouter(routes: readonly Route[]): Router {
  const table = new Map(routes.map((route) => [route.path, checkingMethod(route)]));
  const unknown: Route = {
    name: "unknown",
    path: "",
    methods: [],
    handle: ({ request }) => refusal(request, 404, "Not found."),
  };
  return { match: (path) => table.get(path) ?? unknown };
}

function checkingMethod(route: Route): Route {
  const allow = route.methods.join(", ");
  return {
    ...route,
    handle: (exchange) =>
      route.methods.includes(exchange.method)
        ? route.handle(exchange)
        : refusal(exchange.request, 405, `Method not allowed. Allowed: ${allow}.`, [["allow", allow]]),
  };
}
