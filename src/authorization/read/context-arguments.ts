import type { Problem } from "../../domain/errors.js";
import type { JoinTable } from "../../graphql/joins.js";

/** Refuses fields with arguments that `@fromContext` fills: the query planner drops them without an error. */
export const contextProblems = ({ contextual }: Pick<JoinTable, "contextual">): readonly Problem[] =>
  contextual.map((coordinate) => ({
    kind: "CONTEXT_UNSUPPORTED",
    where: coordinate,
    found: "an argument filled by @fromContext",
    allowed: "arguments given by the client",
    fix: "replace @fromContext by @requires or by an ordinary argument: the query planner drops it without an error",
  }));
