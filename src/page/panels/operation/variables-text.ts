export type VariablesText =
  | { readonly kind: "variables"; readonly variables: Readonly<Record<string, unknown>> }
  | { readonly kind: "unreadable"; readonly message: string };

/** Reads the text of the variables editor. Empty: none. */
export function parseVariables(text: string): VariablesText {
  if (text.trim() === "") return { kind: "variables", variables: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return { kind: "variables", variables: value as Readonly<Record<string, unknown>> }; // checked here
    return { kind: "unreadable", message: 'The variables must be one JSON object: { "name": value }.' };
  } catch (error) {
    return {
      kind: "unreadable",
      message: `The variables are no JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}
