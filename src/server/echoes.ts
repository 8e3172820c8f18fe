/**
 * graphql-js quotes what it could not read: a literal of the wrong type, a stray string, a whole input object whose
 * *neighbouring* field is misspelt. Any of these may be a password, so the quotation goes and the place and the
 * expected type stay (locations and coordinates are not in the text).
 */
export function withoutValues(message: string): string {
  return CUTS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), message);
}

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
