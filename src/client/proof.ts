import { SignedOutError } from "./errors.js";
import { type StoredTokens, sessionOf, type TokenStorage } from "./storage.js";

/** Step-ups that may meet one of another tab, before the last answer is taken as it is. */
const ATTEMPTS = 5;

export interface ProofOptions {
  readonly storage: TokenStorage;
  /** Proves the password with the stored token. @throws RefusedError, GatewayUnavailableError, SignedOutError */
  readonly prove: (
    password: string,
  ) => Promise<{ readonly token: string | undefined; readonly tokens: StoredTokens }>;
}

/**
 * Step-ups one after the other, and only for the session they were called in.
 *
 * Each answer begins a new chain of refresh tokens and gives up one that was never used, so the gateway's last word has
 * to be the one that is kept. Two that overlap could be answered in another order than they were judged: those of this
 * client never overlap. Where another tab was faster, neither pair is known to be the later one; the password is proven
 * once more, with what is stored by then.
 *
 * @throws SignedOutError when that session is not held any more
 */
export function createProof({ storage, prove }: ProofOptions): (password: string) => Promise<void> {
  let last: { readonly session: string | undefined; readonly done: Promise<unknown> } | undefined;

  const stepUp = async (password: string, session: string | undefined): Promise<void> => {
    /** What is stored now, if it is still of the session this began in. */
    const held = (): StoredTokens => {
      const current = storage.get();
      if (current === undefined || sessionOf(current) !== session) throw new SignedOutError();
      return current;
    };
    for (let attempt = 1; ; attempt += 1) {
      held();
      const { token, tokens } = await prove(password);
      const current = held();
      if (current.accessToken !== token && attempt < ATTEMPTS) continue;
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
