import { inspect } from "node:util";
import { GraphQLError, GraphQLScalarType } from "graphql";

const REDACTED = "[secret]";

/**
 * A longer value is cut here: one character more than a token may have, and much more than a password. The parser of
 * the token then refuses it like every other wrong one. A message of its own would reveal that its length is checked.
 */
const MAX_LENGTH = 16_385;

/**
 * A secret on its way through the auth subgraph. Printing, inspecting, joining and serialising give `[secret]`; only
 * `reveal()` gives the value.
 */
export class Secret {
  readonly #value: string;
  constructor(value: string) {
    this.#value = value;
  }
  reveal(): string {
    return this.#value;
  }
  toString(): string {
    return REDACTED;
  }
  toJSON(): string {
    return REDACTED;
  }
  [inspect.custom](): string {
    return REDACTED;
  }
}

/** A secret that may be sent to the client, in an `AuthPayload` or a `SecondFactorChallenge`. */
export class OutgoingSecret extends Secret {}

/**
 * The scalar `Secret`. It is accepted in a variable only: an inline literal would end up in every log of documents. It
 * is sent only as an {@link OutgoingSecret}. No message holds a value.
 */
export const SecretScalar = new GraphQLScalarType({
  name: "Secret",
  description:
    "A password, code or token. Send it in a variable, never inline. Printing, inspecting and serialising are redacted.",
  serialize(value) {
    if (value instanceof OutgoingSecret) return value.reveal();
    throw new TypeError("a resolver returned a Secret that is not an OutgoingSecret"); // our mistake, not the client's
  },
  parseValue(value) {
    if (typeof value === "string") return new Secret(value.slice(0, MAX_LENGTH));
    throw new GraphQLError("A secret must be a string.");
  },
  parseLiteral() {
    throw new GraphQLError("A secret must not be written into the document: send it in a variable.");
  },
});
