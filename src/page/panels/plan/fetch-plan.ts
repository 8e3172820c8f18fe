import type { Session } from "../../../client/session.js";
import type { PageRefusal, PlanAnswer, PlanRequest } from "../../../http/page/contract.js";

export type PlanOutcome =
  | { readonly kind: "planned"; readonly plan: PlanAnswer }
  | { readonly kind: "refused"; readonly message: string; readonly fix: string | undefined };

export interface PlanOptions {
  readonly url: string;
  readonly session: Pick<Session, "accessToken">;
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** Asks for the plan of an operation, as it would be made for the present caller. */
export async function fetchPlan(request: PlanRequest, options: PlanOptions): Promise<PlanOutcome> {
  const fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  try {
    // A session that cannot be refreshed now: the plan of a visitor.
    const token = await options.session.accessToken().catch(() => undefined);
    const response = await fetch(options.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(request),
    });
    const body = (await response.json()) as PlanAnswer | PageRefusal; // from our own gateway
    if (response.ok && "decision" in body) return { kind: "planned", plan: body };
    if ("message" in body) return { kind: "refused", message: body.message, fix: body.fix };
    return { kind: "refused", message: `The gateway answered HTTP ${response.status}.`, fix: undefined };
  } catch {
    return { kind: "refused", message: "The gateway cannot be reached.", fix: undefined };
  }
}
