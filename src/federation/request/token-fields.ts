import { GraphQLError } from "graphql";
import type { OperationEntry } from "../operation-cache.js";
import type { RequestContext, TokenFields } from "./request-context.js";

/**
 * Refuses a second field that issues tokens in one HTTP request: two answers would set the same cookies, and which pair
 * remains would be chance. Aliases count one by one. A field that ends a session would clear the cookies that the other
 * has just set, so it is refused beside one.
 *
 * @param claim - counts the fields of the request, over all operations of a batch; `undefined` where tokens are in the
 *   body and cannot collide
 * @throws GraphQLError `BAD_REQUEST`, before any field of the operation runs
 */
export const claimTokenFields = (
  entry: OperationEntry,
  variables: Readonly<Record<string, unknown>>,
  { issuing, ending }: { readonly issuing: ReadonlySet<string>; readonly ending: ReadonlySet<string> },
  claim: RequestContext["claimTokens"],
): void => {
  if (claim === undefined || entry.operation.operation !== "mutation") return;
  const called = entry.rootFields((variable) => entry.variables.isTrue(variables, variable));
  const count = (names: ReadonlySet<string>): number => called.filter(({ name }) => names.has(name)).length;
  const fields: TokenFields = { issuing: count(issuing), ending: count(ending) };
  if (fields.issuing + fields.ending === 0 || claim(fields)) return;
  throw new GraphQLError(
    "Only one field of a request may issue tokens in cookies, and none may end a session beside it.",
    { extensions: { code: "BAD_REQUEST", http: { status: 400 } } },
  );
};
