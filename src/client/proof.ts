import { SignedOutError } from "./errors.js";
import { type StoredTokens, sessionOf, type TokenStorage } from "./storage.js";

/** How often a step-up is repeated because another tab changed the tokens, before its answer is used. */
const MAX_ATTEMPTS = 5;

export interface ProofOptions {
  readonly storage: TokenStorage;
  /** Re-authenticates with the stored token. @throws RefusedError, GatewayUnavailableError, SignedOutError */
  readonly prove: (
    password: string,
  ) => Promise<{ readonly token: string | undefined; readonly tokens: StoredTokens }>;
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
export function createProof({ storage, prove }: ProofOptions): (password: string) => Promise<void> {
  let last: { readonly session: string | undefined; readonly done: Promise<unknown> } | undefined;

  const stepUp = async (password: string, session: string | undefined): Promise<void> => {
    /** The stored tokens, if they still belong to the session in which this began. */
    const tokensOfSession = (): StoredTokens => {
      const current = storage.get();
      if (current === undefined || sessionOf(current) !== session) throw new SignedOutError();
      return current;
    };
    for (let attempt = 1; ; attempt += 1) {
      tokensOfSession();
      const { token, tokens } = await prove(password);
      const current = tokensOfSession();
      if (current.accessToken !== token && attempt < MAX_ATTEMPTS) continue;
      return storage.set({
        ...tokens,
        ...(current.session === undefined ? {} : { session: current.session }),
      });
    }
  };

  return (password) => {
    const current = storage.get();
    const session = current === undefined ? undefined : sessionOf(current);
    const before = last?.session === session ? last?.done : undefined;
    const mine = Promise.resolve(before).then(() => stepUp(password, session));
    last = { session, done: mine.catch(() => undefined) };
    return mine;
  };
}
