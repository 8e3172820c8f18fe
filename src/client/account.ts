import { accountDocuments } from "./account-documents.js";
import {
  type AnswerError,
  type Challenge,
  credentialRefused,
  errorCode,
  type GraphQLAnswer,
} from "./answer.js";
import type { documents } from "./documents.js";
import { RefusedError, StepUpDeclinedError } from "./errors.js";
import type { GatewayCalls, Granted } from "./gateway-calls.js";
import type { RevokeMutation, SessionsQuery } from "./generated/operations.js";
import { holdsMutation, mayRepeat } from "./operation-kind.js";
import { createProof, type ProofOptions } from "./proof.js";
import type { ActiveSession, LoginInput } from "./session-api.js";
import { createStepUps, type StepUps, type StepUpsOptions } from "./step-up.js";
import type { DeviceStorage, StoredTokens } from "./storage.js";
import { outageOf, type Received, type SentOperation } from "./transport.js";

export interface AccountOptions
  extends Omit<ProofOptions, "prove">,
    Pick<StepUpsOptions, "prompt" | "listeners"> {
  readonly prefix: string;
  readonly ask: ReturnType<typeof documents>;
  readonly url: string;
  readonly clientId: string | undefined;
  readonly isCookie: boolean;
  readonly devices: DeviceStorage;
  readonly calls: Pick<GatewayCalls, "obtain">;
  /** Sends with the session. */
  readonly withSession: (operation: SentOperation) => Promise<Received>;
}

export interface Account extends StepUps {
  /** Signs in. Stores the device token, even if the session is not used. @throws as `Session.login` */
  login(input: LoginInput): Promise<StoredTokens>;
  /** @param session - the one in which it was called */
  reauthenticate(password: string, session: string | undefined): Promise<void>;
  /**
   * Steps up for an operation that may be sent again.
   *
   * @returns whether it is to be sent again
   * @throws StepUpDeclinedError when the user declined, and nothing was served
   */
  proveFor(
    operation: SentOperation,
    answer: GraphQLAnswer | undefined,
    challenge: Challenge,
    session: string | undefined,
    repeat: boolean,
  ): Promise<boolean>;
  sessions(): Promise<readonly ActiveSession[]>;
  revokeSession(id: string): Promise<number>;
}

/** What a user does to their own account, now and then: a part of its own, loaded when it is needed. */
export function createAccount(options: AccountOptions): Account {
  const { calls, withSession, ask, url, clientId, devices } = options;
  const mine = accountDocuments(options.prefix);

  /** The only field of one of our operations. @throws RefusedError with the code of the gateway */
  const answered = <Field>({ answer }: Received): NonNullable<Field> => {
    const [value] = Object.values(answer?.data ?? {});
    if (value === undefined || value === null) throw refusalOf(answer?.errors ?? []);
    return value as NonNullable<Field>; // typed by the generated operations
  };

  /** The tokens of an answer; `undefined` when the access token was refused. @throws RefusedError, GatewayUnavailableError */
  const obtain = async (operation: SentOperation, token?: string): Promise<Granted | undefined> => {
    const { received, granted } = await calls.obtain(operation, token);
    const outage = outageOf(received);
    // RATE_LIMITED is a refusal of this attempt; the other codes say nothing about it.
    if (outage !== undefined && outage.code !== "RATE_LIMITED") throw outage;
    if (granted === undefined && (token === undefined || !credentialRefused(received.answer)))
      throw refusalOf(received.answer?.errors ?? []);
    return granted;
  };

  const reauthenticate = createProof({
    ...options,
    prove: async (password, token) => (await obtain(mine.reauthenticate({ password }), token))?.tokens,
  });

  const stepUps = createStepUps({ ...options, prove: reauthenticate });

  return {
    ...stepUps,
    async login(input) {
      const deviceToken = devices.get(input.username, url);
      const operation = mine.login({
        ...input,
        ...(clientId === undefined ? {} : { clientId }),
        ...(deviceToken === undefined ? {} : { deviceToken }),
      });
      const signIn = () => obtain(operation);
      const granted = (await (options.isCookie ? options.exclusive(signIn) : signIn())) as Granted; // sent without a token
      if (granted.deviceToken !== undefined) devices.set(input.username, granted.deviceToken, url);
      return granted.tokens;
    },
    reauthenticate,
    async proveFor(operation, answer, challenge, session, repeat) {
      if (!repeat && !mayRepeat(holdsMutation(String(operation.query)), answer)) return false;
      const isProven = await stepUps.stepUp(challenge, session);
      const isServed = Object.values(answer?.data ?? {}).some((value) => value !== null);
      if (!isProven && !isServed) throw new StepUpDeclinedError();
      return isProven;
    },
    async sessions() {
      return answered<SessionsQuery["sessions"]>(await withSession(mine.sessions()));
    },
    async revokeSession(id) {
      const result = answered<RevokeMutation["revokeSession"]>(await withSession(ask.revoke({ id })));
      return result.revoked ?? 0;
    },
  };
}

/** The first error of an answer as an exception. */
function refusalOf(errors: readonly AnswerError[]): RefusedError {
  const first = errors[0];
  const retryAfter = first?.extensions?.["retryAfter"];
  return new RefusedError(
    (first === undefined ? undefined : errorCode(first)) ?? "UNKNOWN",
    first?.message ?? "The gateway sent neither data nor an error.",
    typeof retryAfter === "number" ? retryAfter : undefined,
  );
}
