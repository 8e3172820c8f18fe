/**
 * graphql-js quotes what it could not read: a literal of the wrong type, a stray string, a whole input object whose
 * *neighbouring* field is misspelt. Any of these may be a password, so the quotation goes and the place and the
 * expected type stay (locations and coordinates are not in the text).
 */
export function withoutValues(message: string): string {
  return CUTS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), message);
}

/**
 * The validator names types and fields the client never wrote: of the field a selection stands on, of an argument it
 * lacks. Where not everybody may read the schema, a name stays only if the document itself holds it.
 *
 * @param document - the text the error speaks of; empty when unknown, and then every name goes
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

const CUTS: readonly (readonly [RegExp, string])[] = [
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
