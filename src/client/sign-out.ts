import type { documents } from "./documents.js";
import type { GatewayCalls } from "./gateway-calls.js";
import type { StoredTokens, TokenStorage } from "./storage.js";

export interface SignOutsOptions {
  readonly delivery: "bearer" | "cookie";
  readonly ask: ReturnType<typeof documents>;
  readonly calls: Pick<GatewayCalls, "reach">;
  /** Runs alone among all tabs. */
  readonly exclusive: <Result>(run: () => Promise<Result>) => Promise<Result>;
  /** Where the fact is kept that a sign-out could not be sent. */
  readonly pending: TokenStorage["signOutPending"];
}

export interface SignOuts {
  /** Ends a session at the gateway. @returns whether the gateway confirmed it */
  end(tokens: StoredTokens | undefined): Promise<boolean>;
  /** Sends again what could not be sent. @returns whether nothing is left */
  retry(): Promise<boolean>;
}

/**
 * Ends sessions at the gateway by their refresh token, since the access token may have expired.
 *
 * What could not be sent is sent again later. Bearer tokens are remembered in memory only, so that a sign-out leaves no
 * token behind on the machine. With cookies the fact is enough, because the browser has kept the cookies.
 */
export function createSignOuts({ delivery, ask, calls, exclusive, pending }: SignOutsOptions): SignOuts {
  const unsent = new Set<StoredTokens | undefined>();

  const attempt = async (
    tokens: StoredTokens | undefined,
  ): Promise<"DONE" | "PENDING" | "unsent" | "refused"> => {
    const { accessToken: token, refreshToken } = tokens ?? {};
    const attempts = [
      ...(delivery === "cookie" ? [[ask.signOut({}), undefined] as const] : []),
      ...(refreshToken === undefined ? [] : [[ask.signOut({ refreshToken }), undefined] as const]),
      // For a gateway without `signOut`, and for sessions without a refresh token.
      ...(token === undefined ? [] : [[ask.revoke({}), token] as const]),
    ];
    for (const [operation, bearer] of attempts) {
      const received = await calls.reach(operation, bearer, { keepalive: true }).catch(() => undefined);
      const [result] = Object.values(received?.answer?.data ?? {}) as { readonly status?: unknown }[]; // checked below
      if (result?.status === "DONE" || result?.status === "PENDING") return result.status;
      if (received === undefined || received.status >= 429) return "unsent";
    }
    return "refused";
  };

  const end: SignOuts["end"] = async (tokens) => {
    if (delivery === "cookie") pending?.set(true);
    const outcome = await (delivery === "cookie" ? exclusive(() => attempt(tokens)) : attempt(tokens));
    if (outcome === "unsent") unsent.add(tokens);
    else if (delivery === "cookie") pending?.set(false);
    return outcome === "DONE";
  };

  return {
    end,
    async retry() {
      const waiting = [...unsent];
      unsent.clear();
      if (waiting.length === 0 && pending?.get() === true) waiting.push(undefined);
      for (const tokens of waiting) await end(tokens);
      return unsent.size === 0;
    },
  };
}
