/** Deeper than the variables of any real operation. Later stages recurse over the value. */
const MAX_DEPTH = 128;

export type ParsedJson =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "refused"; readonly message: string };

/** Parses JSON with bounded nesting. The message never quotes the text, as the message of `JSON.parse` would. */
export function parseJson(text: string): ParsedJson {
  if (opensMoreThan(text, MAX_DEPTH) && isDeeperThan(text, MAX_DEPTH)) {
    return { kind: "refused", message: `The body is nested too deeply. Allowed: ${MAX_DEPTH} levels.` };
  }
  try {
    return { kind: "value", value: JSON.parse(text) as unknown };
  } catch {
    return { kind: "refused", message: "The body is not JSON." };
  }
}

/**
 * A fast first test: a text with at most `limit` opening brackets, those in strings included, cannot be nested deeper.
 * Nearly all bodies pass it. Looking at each character takes several times as long as parsing.
 */
function opensMoreThan(text: string, limit: number): boolean {
  let opened = 0;
  for (const bracket of ["{", "["]) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      opened++;
      if (opened > limit) return true;
    }
  }
  return false;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function isDeeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      depth++;
      if (depth > limit) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) depth--;
  }
  return false;
}
