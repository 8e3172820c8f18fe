import type { GraphQLAnswer } from "./answer.js";

/**
 * Does a document contain a mutation? Strings, block strings and comments are skipped. Only names outside of all braces
 * and parentheses count, so a field or a value with the name `mutation` does not.
 */
export function holdsMutation(text: string): boolean {
  const outside = text.replace(/"""[\s\S]*?(?<!\\)"""|"(?:\\.|[^"\\\n])*"|#[^\n\r]*/g, " ");
  let depth = 0;
  for (const [token] of outside.matchAll(/[{}()]|[_A-Za-z]\w*/g)) {
    if (token === "{" || token === "(") depth += 1;
    else if (token === "}" || token === ")") depth -= 1;
    else if (depth === 0 && token === "mutation") return true;
  }
  return false;
}

/**
 * May an operation be sent again after a step-up? A query may. A mutation only if no part of it has run: partial data
 * shows that a part has, and it would run twice.
 *
 * @param isMutation - also true when it is not known
 */
export const mayRepeat = (isMutation: boolean, answer: GraphQLAnswer | undefined): boolean =>
  !isMutation || (answer !== undefined && (answer.data === undefined || answer.data === null));
