import { SignedOutError } from "./errors.js";
import { type StoredTokens, sessionOf, type TokenStorage } from "./storage.js";

/** How often a step-up is repeated because another tab changed the tokens, before its answer is used. */
const MAX_ATTEMPTS = 5;

export interface ProofOptions {
  readonly storage: TokenStorage;
  /** Returns a token to send now. @throws GatewayUnavailableError, SignedOutError */
  readonly accessToken: () => Promise<string | undefined>;
  /** Replaces a token that was refused. @throws GatewayUnavailableError, SignedOutError */
  readonly refresh: (refused: string) => Promise<string>;
  /** Runs alone among all tabs. */
  readonly exclusive: <Result>(run: () => Promise<Result>) => Promise<Result>;
  /**
   * Re-authenticates with this access token; `undefined` when the token itself was refused.
   *
   * @throws RefusedError, GatewayUnavailableError
   */
  readonly prove: (password: string, token: string) => Promise<StoredTokens | undefined>;
}

/**
 * Runs step-ups one after the other, each for the session in which it was called.
 *
 * Each step-up begins a new chain of refresh tokens and drops an earlier one that was never used. So the tokens of the
 * last one must be kept. The answers of two parallel step-ups can arrive in the wrong order; therefore this client
 * never runs two in parallel. If another tab was faster, it is not known which pair is the later one: the step-up is
 * then repeated with the stored tokens.
 *
 * @throws SignedOutError when the session has ended or was replaced
 */
export function createProof({
  storage,
  accessToken,
  refresh,
  exclusive,
  prove,
}: ProofOptions): (password: string, session: string | undefined) => Promise<void> {
  let last: { readonly session: string | undefined; readonly done: Promise<unknown> } | undefined;

  const stepUp = async (password: string, session: string | undefined): Promise<void> => {
    /** The stored tokens, if they still belong to the session in which this began. */
    const tokensOfSession = (): StoredTokens => {
      const current = storage.get();
      if (current === undefined || sessionOf(current) !== session) throw new SignedOutError();
      return current;
    };
    let mayRefresh = true;
    for (let attempt = 1; ; attempt += 1) {
      await accessToken();
      const { token, tokens, isDone } = await exclusive(async () => {
        const { accessToken: token } = tokensOfSession();
        const tokens = await prove(password, token);
        const current = tokensOfSession();
        const isDone = tokens !== undefined && (current.accessToken === token || attempt >= MAX_ATTEMPTS);
        // While no other tab can refresh: it would present a token that this step-up has retired.
        if (isDone) storage.set({ ...tokens, session: sessionOf(current) });
        return { token, tokens, isDone };
      });
      if (isDone) return;
      if (tokens !== undefined) continue;
      if (!mayRefresh) throw new SignedOutError();
      mayRefresh = false;
      await refresh(token);
    }
  };

  return (password, session) => {
    const before = last?.session === session ? last?.done : undefined;
    const mine = Promise.resolve(before).then(() => stepUp(password, session));
    last = { session, done: mine.catch(() => undefined) };
    return mine;
  };
}
