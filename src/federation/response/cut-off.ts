import type { Emit } from "../../domain/events.js";
import type { OperationEntry } from "../operation-cache.js";
import { refuse } from "../request/credential.js";
import type { OperationRequest, OperationResult } from "../request/operation-request.js";
import type { RunningOperation } from "../request/running-operations.js";
import { ErrorList, failureError, MASK_EVERYTHING } from "./errors.js";

/**
 * The answer for a caller whose token was revoked while the operation ran. It contains no results.
 *
 * A query, or a mutation that was not sent yet, is refused like a new request. For a mutation that was sent, this would
 * state that nothing was executed, and clients would send it again after a new sign-in. So it is answered like a timeout:
 * each root field may have been executed or not.
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
  // Cookies of subgraphs must not be sent to a revoked caller.
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
