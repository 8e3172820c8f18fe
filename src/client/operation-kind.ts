import type { GraphQLAnswer } from "./answer.js";

/**
 * Does a document hold a mutation? Strings, block strings and comments are skipped, and only names outside all braces
 * and parentheses count, so that neither a field nor a value called `mutation` is taken for one.
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
 * May an operation be sent once more after it was refused for want of a fresh sign-in? A query may. A mutation only
 * when nothing of it has run: with partial data part of it has, and would run twice.
 *
 * @param isMutation - true also where it cannot be told
 */
export const mayRepeat = (isMutation: boolean, answer: GraphQLAnswer | undefined): boolean =>
  !isMutation || (answer !== undefined && (answer.data === undefined || answer.data === null));
