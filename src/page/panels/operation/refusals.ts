import { type AnswerError, challengeOf, errorCode, type GraphQLAnswer } from "../../../client/answer.js";

/** One error of an answer, and what the user can do about it. */
export interface Refusal {
  readonly message: string;
  readonly code: string | undefined;
  readonly reason: string | undefined;
  readonly path: readonly (string | number)[] | undefined;
  /** What would help: to sign in, or to prove it again. */
  readonly remedy: "signIn" | "stepUp" | undefined;
}

/** Codes that a first sign-in, and a fresh one, can turn into an answer. */
const REMEDIES: ReadonlyMap<string | undefined, Refusal["remedy"]> = new Map([
  ["UNAUTHENTICATED", "signIn"],
  ["STEP_UP_REQUIRED", "stepUp"],
]);

export const refusalsOf = (answer: GraphQLAnswer): readonly Refusal[] =>
  (answer.errors ?? []).map((error) => refusalOf(error, answer));

function refusalOf(error: AnswerError, answer: GraphQLAnswer): Refusal {
  const code = errorCode(error);
  const reason = error.extensions?.["reason"];
  const remedy = REMEDIES.get(code);
  return {
    message: error.message,
    code,
    reason: typeof reason === "string" ? reason : undefined,
    path: error.path,
    // Without a challenge in the answer there is nothing that a step-up could aim at.
    remedy: remedy === "stepUp" && challengeOf(answer) === undefined ? undefined : remedy,
  };
}

/** `me.orders[0].total`, as people write it. */
export const pathText = (path: readonly (string | number)[]): string =>
  path.map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`)).join("");
