/**
 * Removes quoted values from a message of graphql-js. It quotes a literal of the wrong type, an unexpected string, or
 * a whole input object when another of its fields is misspelt. Any of these may contain a password. The expected type
 * stays in the message, and the location is a field of its own.
 */
export function withoutValues(message: string): string {
  return QUOTED_VALUES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), message);
}

/**
 * Removes schema names that the document does not contain. The validator names types and fields the client did not
 * write, such as the type of a field or a missing argument. Not every caller may read the schema.
 *
 * @param document - the text that the error is about; empty when unknown, and then every name is removed
 */
export function withoutNames(message: string, document: string): string {
  const written = new Set(document.match(NAME) ?? []);
  return message.replace(/"[^"]*"/g, (quoted) =>
    (quoted.match(NAME) ?? []).every((name) => written.has(name) || BUILT_IN.has(name)) ? quoted : '"…"',
  );
}

const NAME = /[_A-Za-z][_0-9A-Za-z]*/g;
const BUILT_IN: ReadonlySet<string> = new Set([
  ...["String", "Int", "Float", "Boolean", "ID", "Query", "Mutation", "Subscription"],
  ...["skip", "include", "if", "defer", "stream"],
]);

const QUOTED_VALUES: readonly (readonly [RegExp, string])[] = [
  // Syntax Error: Expected Name, found String "…"  /  Unexpected Name "…"
  [/\b(String|BlockString|Name|Int|Float|Comment) "[\s\S]*$/, "$1."],
  // Syntax Error: Invalid character escape sequence: "\q".  /  Invalid number, expected digit but got: "x".
  [/(escape sequence|got|character|Unicode escape sequence): [\s\S]*$/, "$1."],
  // Expected value of type "LoginInput!", found {password: "…"}.   (and the variable form: at "input.password"; …)
  [/(Expected value of type "[^"]*"), found [\s\S]*$/, "$1."],
  // Int cannot represent non-integer value: …   /   ID cannot represent …: …
  [/(cannot represent [^:]*): [\s\S]*$/, "$1."],
  // Value "…" does not exist in "Role" enum.   /   Enum "Role" cannot represent …
  [/^Value "[\s\S]*?" does not exist in "(\w+)" enum[\s\S]*$/, 'The value does not exist in "$1" enum.'],
  // Variable "$input" got invalid value {…}; Field "passwrd" is not defined by type "LoginInput".
  [/ got invalid value [\s\S]*?( at "[\w.[\]$]*")?; (Field "\w+" )?[\s\S]*$/, " got an invalid value$1."],
];
