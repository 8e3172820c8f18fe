import type { Emit } from "../../domain/events.js";
import type { OperationEntry } from "../operation-cache.js";
import { refuse } from "../request/credential.js";
import type { OperationRequest, OperationResult } from "../request/operation-request.js";
import type { RunningOperation } from "../request/running-operations.js";
import { ErrorList, failureError, MASK_EVERYTHING } from "./errors.js";

/**
 * What the caller is told whose token was revoked while the operation ran: nothing that it brought.
 *
 * A query, and a mutation of which nothing was sent, is refused like one that comes too late. That would say of a
 * mutation under way that nothing was done, and have clients send it again after a new sign-in; so it is answered
 * like one whose deadline passed: each root field may have been done or not.
 *
 * @throws GraphQLError `UNAUTHENTICATED`, reason `TOKEN_REVOKED`, with status 401
 */
export const answerCutOff = (
  emit: Emit,
  entry: OperationEntry,
  { operationHash, variables, context }: OperationRequest,
  { token, hasMutated }: RunningOperation,
): OperationResult => {
  const { outcome, requestId } = context;
  const { subject, sessionId } = token;
  emit({
    type: "operation.cut_off",
    operationHash,
    subject,
    ...(sessionId === undefined ? {} : { sessionId }),
    requestId,
    mutated: hasMutated,
  });
  // Cookies of subgraphs were for somebody who was still trusted.
  outcome.setCookies.length = 0;
  if (!hasMutated) throw refuse(context, "TOKEN_REVOKED");
  const errors = new ErrorList();
  for (const { name, responseKey } of entry.rootFields((variable) =>
    entry.variables.isTrue(variables, variable),
  )) {
    if (name === "__typename") continue;
    const path = [responseKey];
    errors.add(() =>
      failureError({ kind: "unavailable", subgraph: "", path, message: "" }, path, MASK_EVERYTHING),
    );
  }
  return { data: null, errors: errors.all() };
};
