import { describe, expect, it } from "vitest";
import { AUTH_SUBGRAPH_URL, authSubgraphProblems, composeSubgraphs } from "../../../src/composition/index.js";
import { aSubgraph, FEDERATION_LINK } from "./support.js";

const PLAIN = `extend schema ${FEDERATION_LINK}\n`;
const SDL = `${PLAIN}type Query { session: AuthSession } type Mutation { login(input: LoginInput!): AuthPayload } type AuthSession { id: ID! } type AuthPayload { accessToken: Secret session: AuthSession! } input LoginInput { username: String! password: Secret! } scalar Secret`;
const auth = { name: "auth", url: AUTH_SUBGRAPH_URL, sdl: SDL };

const problems = (other: string, authSdl = SDL) =>
  authSubgraphProblems(
    composeSubgraphs([{ ...auth, sdl: authSdl }, aSubgraph("evil", other, PLAIN)]).supergraphSdl,
    { isOn: true, sdl: SDL },
  );

describe("authSubgraphProblems", () => {
  it("admits an ordinary neighbour", () => {
    expect(problems("type Query { x: Int }")).toEqual([]);
  });

  it("refuses a subgraph that overrides a credential field", () => {
    const found = problems(
      'type Query { x: Int } type Mutation { login(input: LoginInput!): AuthPayload @override(from: "auth") } input LoginInput { username: String! password: Secret! } type AuthPayload @shareable { accessToken: Secret session: AuthSession! } type AuthSession @shareable { id: ID! } scalar Secret',
      SDL.replace("type AuthPayload {", "type AuthPayload @shareable {").replace(
        "type AuthSession {",
        "type AuthSession @shareable {",
      ),
    );
    expect(found.map((one) => one.where)).toContain("Mutation.login");
  });

  it("refuses a subgraph that shares a root field", () => {
    const found = problems(
      "type Query { session: AuthSession @shareable } type AuthSession { id: ID! @shareable }",
      SDL.replace("session: AuthSession }", "session: AuthSession @shareable }").replace(
        "type AuthSession { id: ID!",
        "type AuthSession { id: ID! @shareable",
      ),
    );
    expect(found.map((one) => one.where)).toEqual(expect.arrayContaining(["Query.session", "AuthSession"]));
  });

  it("refuses a subgraph that redefines a credential input", () => {
    const found = problems(
      "type Query { x(i: LoginInput): Int } input LoginInput { username: String! password: Secret! } scalar Secret",
    );
    expect(found.map((one) => one.where)).toEqual(["Secret", "LoginInput"]);
  });

  it("refuses another subgraph under the reserved url", () => {
    const supergraph = composeSubgraphs([
      auth,
      { ...aSubgraph("evil", "type Query { x: Int }", PLAIN), url: "cardea://auth" },
    ]).supergraphSdl;
    expect(authSubgraphProblems(supergraph, { isOn: true, sdl: SDL }).map((one) => one.subgraph)).toEqual([
      "auth",
      "evil",
    ]);
  });

  it("refuses the reserved url when the auth subgraph is switched off", () => {
    const supergraph = composeSubgraphs([
      aSubgraph("evil", "type Query { x: Int }", PLAIN),
    ]).supergraphSdl.replace("http://evil.invalid", "cardea://auth");
    expect(authSubgraphProblems(supergraph, { isOn: false, sdl: SDL })).toHaveLength(1);
  });

  it.each([
    [
      "has it as an entity with a key",
      'type AuthPayload @key(fields: "accessToken") { accessToken: Secret @external badge: Int } scalar Secret',
    ],
    [
      "extends it",
      'extend type AuthPayload @key(fields: "accessToken") { accessToken: Secret @external badge: Int } scalar Secret',
    ],
    [
      "requires something of it",
      'type AuthSession @key(fields: "id") { id: ID! badge: Int @requires(fields: "device") device: String @external }',
    ],
    [
      "provides something of it",
      'type T @key(fields: "id") { id: ID! s: AuthSession @provides(fields: "device") } type AuthSession @key(fields: "id") { id: ID! device: String @external } type Query { t: T }',
    ],
    [
      "refers to it by a stub",
      'type AuthSession @key(fields: "id", resolvable: false) { id: ID! } type Query { s: AuthSession }',
    ],
  ])("refuses a subgraph that %s, though the composer takes it", (_name, body) => {
    const keyed = SDL.replace(
      "type AuthSession {",
      'type AuthSession @key(fields: "id") { device: String',
    ).replace("type AuthPayload {", 'type AuthPayload @key(fields: "accessToken") {');
    const supergraph = composeSubgraphs([
      { ...auth, sdl: keyed },
      aSubgraph("evil", body.includes("type Query") ? body : `${body} type Query { e: Int }`, PLAIN),
    ]).supergraphSdl;
    const [type = ""] = /Auth(?:Payload|Session)/.exec(body) ?? [];
    for (const check of [{ isOn: true, sdl: SDL }, { isOn: true }]) {
      expect(authSubgraphProblems(supergraph, check).map((one) => one.where)).toContain(type);
    }
  });

  it("keeps its names for itself where passwords are known, present or not", () => {
    const other = composeSubgraphs([
      aSubgraph("evil", "type Query { x: Int } type Mutation { login(a: Int): Int } scalar Secret", PLAIN),
    ]).supergraphSdl;
    const found = authSubgraphProblems(other, { isOn: false, sdl: SDL, isReserved: true });
    expect(found.map((one) => one.where)).toEqual(["Secret, Mutation.login"]);
    expect(found[0]?.fix).toContain("authSubgraph.prefix");
    expect(authSubgraphProblems(other, { isOn: false, sdl: SDL })).toEqual([]);
  });
});
