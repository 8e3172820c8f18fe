/** Arguments and fields whose values are nobody's business on a disk. */
const SECRET_NAME =
  /(?:pass(?:word|phrase|code|wd)|secret|token|credential|assertion|otp|api_?key)\w*$|^(?:(?:recovery|verification|backup|mfa|login|sign_?in)_?)?(?:code|pin)s?$/i;

/** A line that was commented out, or a note. */
const SECRET_IN_COMMENT =
  /(?:pass(?:word|phrase|code|wd)|secret|token|credential|otp|api_?key)\w*\s*[:=]\s*\S/i;

/** A comment, a block string, a string (perhaps without its end), a name, a number, or one character. */
const TOKEN =
  /#[^\n\r]*|"""[\s\S]*?(?:(?<!\\)"""|$)|"(?:\\.|[^"\\\n\r])*"?|[_A-Za-z]\w*|-?\d[\d.eE+-]*|[\s\S]/g;

/**
 * The text of operations as it may be kept. Someone may write a password into an operation instead of its variables, so
 * values that go by such a name are emptied, and so are strings that look like a token.
 */
export function keptText(text: string): string {
  const tokens = text.match(TOKEN) ?? [];
  /** For each open list or object: does it belong to a secret name? */
  const inside: boolean[] = [];
  let isSecret = false;
  return tokens
    .map((token, at) => {
      if (token.startsWith("#")) return looksLikeToken(token) || SECRET_IN_COMMENT.test(token) ? "#" : token;
      if (/^[_A-Za-z]/.test(token)) {
        // A name with a colon begins a value; others are values, types or fields.
        if (isNamed(tokens, at)) isSecret = inside.at(-1) === true || SECRET_NAME.test(token);
        return token;
      }
      if (token === "[" || token === "{") inside.push(isSecret);
      else if (token === "]" || token === "}") isSecret = inside.pop() === true && inside.at(-1) === true;
      else if (token === "(" || token === ")") isSecret = false;
      else if (token.startsWith('"')) return isSecret || looksLikeToken(token) ? '""' : token;
      else if (/\d/.test(token) && isSecret) return "0";
      return token;
    })
    .join("");
}

/** Is the next token that means something a colon? */
function isNamed(tokens: readonly string[], at: number): boolean {
  let next = at + 1;
  while (/^[\s,]$/.test(tokens[next] ?? "")) next += 1;
  return tokens[next] === ":";
}

/** A JWT, or a long run of characters as random bytes are written. */
const looksLikeToken = (value: string): boolean => /eyJ[\w-]{8,}|[\w+/=.-]{32,}/.test(value);
