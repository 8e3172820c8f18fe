import type { Handler } from "./exchange.js";
import { refusal } from "./refusals.js";

/** One row of the table: what a door is called in metrics, where it is, and who answers. */
export interface Route {
  readonly name: string;
  readonly path: string;
  readonly methods: readonly string[];
  readonly handle: Handler;
}

export interface Router {
  /** The row of a path; unknown paths have the name `unknown`, so that metrics stay bounded. */
  match(path: string): Route;
}

/** All doors as one table. An unknown path answers 404, a wrong method 405 with `Allow`. */
export function createRouter(routes: readonly Route[]): Router {
  const table = new Map(routes.map((route) => [route.path, guarded(route)]));
  const unknown: Route = {
    name: "unknown",
    path: "",
    methods: [],
    handle: ({ request }) => refusal(request, 404, "There is nothing here."),
  };
  return { match: (path) => table.get(path) ?? unknown };
}

function guarded(route: Route): Route {
  const allow = route.methods.join(", ");
  return {
    ...route,
    handle: (exchange) =>
      route.methods.includes(exchange.method)
        ? route.handle(exchange)
        : refusal(exchange.request, 405, `This door takes ${allow}.`, [["allow", allow]]),
  };
}
