import type { RawCredential } from "../../federation/request/request-context.js";
import { readCredential } from "../../server/context.js";
import { type Answer, json } from "../answer.js";
import { authorizationValues } from "../authorization-header.js";
import type { Route } from "../router.js";
import type { PlanRequest } from "./contract.js";
import { DATA } from "./headers.js";
import { readJsonPost } from "./json-post.js";
import { refuse } from "./refuse.js";

export type PlanOutcome =
  | { readonly kind: "planned"; readonly answer: unknown }
  | { readonly kind: "refused"; readonly status: 400 | 401 | 503; readonly message: string };

/** Explains an operation for the caller with this credential. It executes nothing. */
export type ExplainOperation = (request: PlanRequest, credential: RawCredential) => Promise<PlanOutcome>;

/** Explanations at the same time. Each may plan, which takes a planner away from operations. */
const MAX_AT_ONCE = 4;

/** `/_cardea/plan.json`: what `cardea explain --operation FILE --plan --json` tells, for the caller. */
export const planRoute = (explain: ExplainOperation, maxBodyBytes: number): Route => {
  let running = 0;
  return {
    name: "page-plan",
    path: "/_cardea/plan.json",
    methods: ["POST"],
    handle: async (exchange): Promise<Answer> => {
      const posted = await readJsonPost(exchange, maxBodyBytes);
      if (posted.kind === "refused") return posted.answer;
      const request = planRequestOf(posted.fields);
      if (typeof request === "string") return refuse(400, request);
      if (running >= MAX_AT_ONCE)
        return refuse(503, "Too many plans are explained already.", { headers: [["retry-after", "1"]] });
      running += 1;
      try {
        const credential = readCredential(authorizationValues(exchange.request));
        const outcome = await explain(request, credential);
        return outcome.kind === "planned"
          ? json(200, outcome.answer, DATA)
          : refuse(outcome.status, outcome.message);
      } finally {
        running -= 1;
      }
    },
  };
};

/** @returns what is wrong with it, as a sentence */
const planRequestOf = (fields: Readonly<Record<string, unknown>>): PlanRequest | string => {
  const { query, operationName = null, variables = null } = fields;
  if (typeof query !== "string") return "`query` is the text of an operation.";
  if (operationName !== null && typeof operationName !== "string")
    return "`operationName` is a name or null.";
  if (typeof variables !== "object" || Array.isArray(variables)) return "`variables` is an object or null.";
  return { query, operationName, variables: variables as Readonly<Record<string, unknown>> | null };
};
