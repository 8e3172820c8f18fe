import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../../src/authorization/index.js";
import { ConfigError } from "../../../../src/domain/errors.js";
import { aGraph, aUser, supergraphOf } from "../support.js";

const GUARD = '@auth(scopes: ["pii"])';
const owner = (keys: string, ssn = `ssn: String! ${GUARD}`): string =>
  `type Query { users: [User] } type User ${keys} { id: ID! name: String ${ssn} }`;
const BY_ID = '@key(fields: "id")';
const BY_BOTH = `${BY_ID} @key(fields: "ssn")`;
const TAKEN = 'type User @key(fields: "ssn") { ssn: String! @external avatar: String }';

/** What a supergraph that was composed elsewhere is refused for. */
const refusals = (subgraphs: Readonly<Record<string, string>>): readonly string[] => {
  const supergraphSdl = supergraphOf(subgraphs);
  try {
    createAuthorizer({ supergraphSdl });
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ kind, where, subgraph }) => `${kind} ${where} ${subgraph}`);
    throw error;
  }
  return [];
};

describe("a key on somebody else's guarded field", () => {
  const REFUSED = ["GUARDED_KEY User.ssn avatars"];
  it.each([
    ["external", owner(BY_ID), TAKEN],
    ["external in an extension", owner(BY_ID), `extend ${TAKEN}`],
    [
      "claimed to be shared",
      owner(BY_ID, `ssn: String! @shareable ${GUARD}`),
      TAKEN.replace("@external ", ""),
    ],
    [
      "beside a key of the owner's",
      owner(BY_ID),
      TAKEN.replace("@key", `${BY_ID} @key`).replace("{", "{ id: ID! "),
    ],
    [
      "within another key",
      owner(BY_ID),
      TAKEN.replace('"ssn"', '"id ssn"').replace("{", "{ id: ID! @external "),
    ],
    [
      "guarded by its type",
      `scalar Ssn ${GUARD} ${owner(BY_ID, "ssn: Ssn!")}`,
      `scalar Ssn ${TAKEN.replace("String!", "Ssn!")}`,
    ],
    [
      "guarded by an interface",
      `interface Person { ssn: String! ${GUARD} } ${owner(BY_ID, "ssn: String!").replace("type User", "type User implements Person")}`,
      TAKEN,
    ],
  ])("refuses the supergraph: %s", (_name, people, avatars) => {
    expect(refusals({ people, avatars })).toEqual(REFUSED);
  });

  it("refuses it deeper in a key, where the object is guarded as a whole too", () => {
    const posts = (address: string) =>
      `type Query { users: [User] } type User ${BY_ID} { id: ID! home: Address } ${address}`;
    const taking =
      'type User @key(fields: "home { street }") { home: Address @external avatar: String } type Address { street: String @external }';
    expect(refusals({ people: posts(`type Address { street: String ${GUARD} }`), avatars: taking })).toEqual([
      "GUARDED_KEY Address.street avatars",
    ]);
    expect(refusals({ people: posts(`type Address ${GUARD} { street: String }`), avatars: taking })).toEqual([
      "GUARDED_KEY User.home avatars",
      "GUARDED_KEY Address.street avatars",
    ]);
  });

  it("names both subgraphs and what to do", () => {
    try {
      createAuthorizer({ supergraphSdl: supergraphOf({ people: owner(BY_ID), avatars: TAKEN }) });
      expect.unreachable();
    } catch (error) {
      const [{ found = "", fix = "" } = {}] = error instanceof ConfigError ? error.problems : [];
      expect(found).toContain('a @key of "avatars" on a guarded field of "people"');
      expect(fix).toContain('let "people" allow it');
    }
  });

  it.each([
    ["the owner has it too", owner(BY_BOTH), TAKEN],
    [
      "the owner allows it without being asked by it",
      owner(`${BY_ID} @key(fields: "ssn", resolvable: false)`),
      TAKEN,
    ],
    [
      "nothing is sent by it",
      owner(BY_ID, `ssn: String! @shareable ${GUARD}`),
      'type User @key(fields: "ssn", resolvable: false) { ssn: String! }',
    ],
    ["the field is open", owner(BY_ID, "ssn: String!"), TAKEN],
    ["only the entity as a whole is guarded", owner(`${BY_ID} ${GUARD}`, "ssn: String!"), TAKEN],
  ])("lets it be where %s", (_name, people, avatars) => {
    expect(refusals({ people, avatars })).toEqual([]);
  });

  it("lets it be read by @requires, for whoever may read it", () => {
    const avatars = `type User ${BY_ID} { id: ID! ssn: String! @external avatar: String @requires(fields: "ssn") }`;
    const { decide } = aGraph({ people: owner(BY_ID), avatars });
    expect(decide("{ users { avatar } }").kind).toBe("filtered");
    expect(decide("{ users { avatar } }", { principal: aUser({ scopes: ["pii"] }) }).kind).toBe("allowed");
  });
});
