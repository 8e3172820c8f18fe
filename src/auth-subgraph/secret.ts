import { inspect } from "node:util";
import { GraphQLError, GraphQLScalarType } from "graphql";

const REDACTED = "[secret]";

/**
 * A character more than a token may have, and much more than a password: no more of a secret is carried on. Whoever
 * reads it finds it too long and refuses it like every wrong one; a message of its own would tell it apart.
 */
const CARRIED_LENGTH = 16_385;

/**
 * A secret on its way through the auth subgraph. Printing, inspecting, joining and serialising give `[secret]`; who
 * needs the value must say so.
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

/** A secret that may leave, because an `AuthPayload` or a `SecondFactorChallenge` is its proper place. */
export class OutgoingSecret extends Secret {}

/**
 * `Secret`. Comes in by variable only: an inline literal would stand in every log of documents. Goes out only when
 * marked as outgoing. No message holds a value.
 */
export const SecretScalar = new GraphQLScalarType({
  name: "Secret",
  description:
    "A password, code or token. Send it in a variable, never inline. Printing, inspecting and serialising are redacted.",
  serialize(value) {
    if (value instanceof OutgoingSecret) return value.reveal();
    throw new TypeError("a secret cannot be given out here"); // a fault of ours, unlike what comes in
  },
  parseValue(value) {
    if (typeof value === "string") return new Secret(value.slice(0, CARRIED_LENGTH));
    throw new GraphQLError("A secret is a text.");
  },
  parseLiteral() {
    throw new GraphQLError("A secret cannot stand in the document: use a variable.");
  },
});
