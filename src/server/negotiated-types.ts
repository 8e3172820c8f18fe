import type { RequestContext } from "../federation/request-context.js";

/**
 * What Apollo Server's content negotiation chose for an `Accept` header before. The choice depends on nothing else,
 * clients send few different ones, and working it out anew costs more than authorization does.
 */
export interface NegotiatedTypes {
  /** The media type to set now; `undefined` leaves the choice to Apollo Server. */
  recall(context: RequestContext, accept: string | undefined): string | undefined;
  /** Remembers the choice of an answer that was negotiated, once its status is known. */
  learn(
    context: RequestContext,
    accept: string | undefined,
    answer: { readonly status: number; readonly type: string | undefined },
  ): void;
}

/** Bounds what strangers can make us remember; who fills it only takes the short cut away from others. */
const MOST = 100;
const LONGEST = 256;
const NOT_ACCEPTABLE = 406;

export function createNegotiatedTypes(): NegotiatedTypes {
  const chosen = new Map<string, string>();
  // An answer that never came to negotiation (a refused request) has a type too, and says nothing.
  const negotiating = new WeakSet<RequestContext>();
  return {
    recall(context, accept) {
      if (accept === undefined || accept.length > LONGEST) return undefined;
      const known = chosen.get(accept);
      if (known === undefined) negotiating.add(context);
      return known;
    },
    learn(context, accept, { status, type }) {
      if (accept === undefined || type === undefined || !negotiating.delete(context)) return;
      if (status === NOT_ACCEPTABLE) return;
      if (chosen.size >= MOST) chosen.clear();
      chosen.set(accept, type);
    },
  };
}
