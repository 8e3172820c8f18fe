/** Arguments and fields whose values are nobody's business on a disk. */
const SECRET_NAME =
  /(?:password|passphrase|secret|token|credential|assertion|otp|pin|code|apiKey|api_key)\w*$/i;

const STRING = /"""[\s\S]*?(?<!\\)"""|"(?:\\.|[^"\\\n])*"?/;
const NAMED_VALUE = new RegExp(
  String.raw`(#[^\n]*)|(\w+)(\s*:\s*)(${STRING.source})|(${STRING.source})`,
  "g",
);

/**
 * The text of operations as it may be kept. Someone may write a password into an operation instead of its variables, so
 * strings that go by such a name are emptied, and so are strings that look like a token.
 */
export const keptText = (text: string): string =>
  text.replace(
    NAMED_VALUE,
    (all, comment: string | undefined, name: string | undefined, colon = "", named = "", alone = "") => {
      if (comment !== undefined) return hasToken(comment) ? "#" : comment;
      if (name === undefined) return hasToken(alone) ? '""' : all;
      return SECRET_NAME.test(name) || hasToken(named) ? `${name}${colon}""` : all;
    },
  );

/** A JWT, or a long run of characters as random bytes are written. */
const hasToken = (value: string): boolean => /eyJ[\w-]{8,}|[\w+/=.-]{32,}/.test(value);
