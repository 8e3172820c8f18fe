import { accountDocuments } from "./account-documents.js";
import type { documents } from "./documents.js";
import type { GatewayCalls } from "./gateway-calls.js";
import type { RevokeMutation, SessionsQuery } from "./generated/operations.js";
import { createProof, type ProofOptions } from "./proof.js";
import type { ActiveSession } from "./session-api.js";
import { createStepUps, type StepUps, type StepUpsOptions } from "./step-up.js";
import { type Received, refusalOf, type SentOperation } from "./transport.js";

export interface AccountOptions
  extends Omit<ProofOptions, "prove">,
    Pick<StepUpsOptions, "prompt" | "listeners"> {
  readonly prefix: string;
  readonly ask: ReturnType<typeof documents>;
  readonly calls: Pick<GatewayCalls, "obtain">;
  /** Sends with the session. */
  readonly withSession: (operation: SentOperation) => Promise<Received>;
}

export interface Account extends StepUps {
  /** @param session - the one in which it was called */
  reauthenticate(password: string, session: string | undefined): Promise<void>;
  sessions(): Promise<readonly ActiveSession[]>;
  revokeSession(id: string): Promise<number>;
}

/** What a user does to their own account, now and then: a part of its own, loaded when it is needed. */
export function createAccount(options: AccountOptions): Account {
  const { calls, withSession, ask } = options;
  const mine = accountDocuments(options.prefix);

  /** The only field of one of our operations. @throws RefusedError with the code of the gateway */
  const answered = <Field>({ answer }: Received): NonNullable<Field> => {
    const [value] = Object.values(answer?.data ?? {});
    if (value === undefined || value === null) throw refusalOf(answer?.errors ?? []);
    return value as NonNullable<Field>; // typed by the generated operations
  };

  const reauthenticate = createProof({
    ...options,
    prove: async (password, token) => (await calls.obtain(mine.reauthenticate({ password }), token))?.tokens,
  });

  return {
    ...createStepUps({ ...options, prove: reauthenticate }),
    reauthenticate,
    async sessions() {
      return answered<SessionsQuery["sessions"]>(await withSession(mine.sessions()));
    },
    async revokeSession(id) {
      const result = answered<RevokeMutation["revokeSession"]>(await withSession(ask.revoke({ id })));
      return result.revoked ?? 0;
    },
  };
}
