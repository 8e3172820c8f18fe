import { accountDocuments } from "./account-documents.js";
import { credentialRefused } from "./answer.js";
import type { GatewayCalls } from "./gateway-calls.js";
import type { RefreshOutcome } from "./refresh-once.js";
import type { SignOuts } from "./sign-out.js";
import type { ObservableState } from "./state.js";
import { type StoredTokens, type TokenStorage, tokensOfCookies } from "./storage.js";
import { outageOf } from "./transport.js";

export interface StartOptions {
  readonly isCookie: boolean;
  readonly prefix: string;
  readonly storage: TokenStorage;
  readonly state: Pick<ObservableState, "getState" | "signedOut">;
  readonly calls: Pick<GatewayCalls, "reach">;
  readonly exchange: (tokens: StoredTokens) => Promise<RefreshOutcome>;
  readonly exclusive: <Result>(run: () => Promise<Result>) => Promise<Result>;
  /** Asks the other tabs for their tokens. */
  readonly look: () => Promise<unknown>;
  readonly signOuts: Pick<SignOuts, "retry">;
}

/**
 * Finds the session that this tab continues: the tokens of another tab, or the session whose cookies the browser holds.
 *
 * @throws GatewayUnavailableError when it must be asked and does not answer
 */
export async function start(options: StartOptions): Promise<void> {
  const { isCookie, storage, state, calls, exchange, exclusive, look, signOuts } = options;
  const isUnknown = (): boolean => state.getState().kind === "unknown";
  if (storage.get() === undefined) await look();
  if (!isCookie) return;
  // The user signed out before: until the gateway has heard it, these cookies sign nobody in.
  if (!(await signOuts.retry())) return state.signedOut();
  await exclusive(async () => {
    if (!isUnknown()) return;
    const received = await calls.reach(accountDocuments(options.prefix).session());
    const outage = outageOf(received);
    if (outage !== undefined) throw outage;
    const [session] = Object.values(received.answer?.data ?? {}) as ({ readonly id?: unknown } | null)[]; // checked below
    const outcome = credentialRefused(received.answer) ? await exchange(tokensOfCookies()) : undefined;
    // Signed in or out meanwhile.
    if (!isUnknown()) return;
    if (outcome?.kind === "refreshed") storage.set(outcome.tokens);
    else if (typeof session?.id === "string") storage.set(tokensOfCookies(session.id));
    else state.signedOut(outcome && { reason: outcome.reason });
  });
}
