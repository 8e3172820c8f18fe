/** Arguments and fields whose values are nobody's business on a disk, numbers and names included. */
const SECRET_NAME =
  /(?:pass(?:word|phrase|code|wd)?|pwd|pw|secret|token|credential|assertion|authorization|cookie|signature|otp|(?:api|private)_?key)\w*$|^(?:(?:recovery|verification|backup|mfa|login|sign_?in)_?)?(?:code|pin)s?$/i;

/** A comment that holds no value: plain words. */
const PLAIN_COMMENT = /^[^"'`:=]*$/;

/** A comment, a block string, a string (perhaps without its end), a name, a number, or one character. */
const TOKEN =
  /#[^\n\r]*|"""[\s\S]*?(?:(?<!\\)"""|$)|"(?:\\.|[^"\\\n\r])*"?|[_A-Za-z]\w*|-?\d[\w.+-]*|[\s\S]/g;

/**
 * The text of operations as it may be kept. Someone may write a password into an operation instead of its variables, and
 * no list of names finds every one. So no string is kept, whatever its name, and no comment with a value; numbers and
 * other words are not kept where they go by a secret name.
 */
export function keptText(text: string): string {
  const tokens = text.match(TOKEN) ?? [];
  /** For each open list or object: does it belong to a secret name? */
  const inside: boolean[] = [];
  /** Values are in parentheses: of arguments, and of the defaults of variables. */
  let isInParentheses = false;
  let isSecret = false;
  /** Between the name of a variable and its default. */
  let isType = false;
  return tokens
    .map((token, at) => {
      if (token.startsWith("#")) return PLAIN_COMMENT.test(token) && !looksLikeToken(token) ? token : "#";
      if (token.startsWith('"')) return '""';
      if (token === "(" || token === ")") {
        isInParentheses = token === "(";
        isSecret = false;
        isType = false;
        return token;
      }
      if (!isInParentheses) return token;
      const isVariable = tokens[at - 1] === "$";
      if (/^[_A-Za-z]/.test(token)) {
        // A name with a colon begins a value; others are values, types or variables.
        if (!isNamed(tokens, at)) return isSecret && !isType && !isVariable ? "null" : token;
        isSecret = inside.at(-1) === true || SECRET_NAME.test(token);
        isType = isVariable;
        return token;
      }
      if (token === "=") isType = false;
      else if (token === "[" || token === "{") inside.push(isSecret);
      else if (token === "]" || token === "}") isSecret = inside.pop() === true && inside.at(-1) === true;
      else if (isSecret && /\d/.test(token)) return "0";
      else if (isSecret && !/[\s,:!$@]/.test(token)) return "";
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
