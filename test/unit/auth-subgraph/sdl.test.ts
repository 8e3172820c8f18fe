import { readFileSync } from "node:fs";
import { composeServices } from "@theguild/federation-composition";
import { buildASTSchema, isObjectType, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { buildAuthSchema } from "../../../src/auth-subgraph/schema.js";
import { authSubgraphSdl, emittedSdl } from "../../../src/auth-subgraph/sdl.js";

const OTHER = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { order: Order }
  type Order @key(fields: "id") { id: ID! total: Int }
`;

const compose = (sdl: string) =>
  composeServices([
    { name: "auth", url: "cardea://auth", typeDefs: parse(sdl) },
    { name: "orders", url: "http://orders", typeDefs: parse(OTHER) },
  ]);

const rootFields = (sdl: string, root: "Query" | "Mutation"): string[] => {
  const type = buildASTSchema(parse(sdl), { assumeValidSDL: true }).getType(root);
  return isObjectType(type) ? Object.keys(type.getFields()) : [];
};

describe("the SDL of the auth subgraph", () => {
  it("is in schema/auth.graphql as the resolvers define it (else: npm run schema)", () => {
    expect(readFileSync("schema/auth.graphql", "utf8")).toBe(emittedSdl());
  });

  it("composes with other subgraphs, and every guard survives", () => {
    const result = compose(authSubgraphSdl());
    expect(result.errors).toBeUndefined();
    const supergraph = result.supergraphSdl ?? "";
    expect(supergraph).toContain('@link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])');
    expect(supergraph).toMatch(/session: AuthSession[^\n]*@auth/);
    expect(supergraph).toMatch(/sessions\([^)]*\): \[AuthSession!\][^\n]*@auth/);
    for (const field of ["reauthenticate", "revokeSession", "revokeOtherSessions"]) {
      expect(supergraph).toMatch(new RegExp(`${field}\\b[^\\n]*@auth`));
    }
    expect(supergraph).toMatch(
      /revokeAllSessions\(\s*userId: ID @auth\(scopes: \["cardea:sessions:admin"\]\)/,
    );
    for (const open of ["login", "completeLogin", "refreshToken"]) {
      expect(supergraph).not.toMatch(new RegExp(`\\b${open}\\([^\\n]*@auth`));
    }
  });

  it("makes every root field nullable: one refusal must not null its siblings", () => {
    const { published } = buildAuthSchema();
    const types = [published.getQueryType(), published.getMutationType()];
    const fields = types.flatMap((type) => Object.values(type?.getFields() ?? {}));
    expect(fields).toHaveLength(11);
    expect(fields.filter((field) => String(field.type).endsWith("!"))).toEqual([]);
  });

  it("offers `me` only where it is asked for, and nothing that is left out", () => {
    expect(authSubgraphSdl()).not.toContain("AuthViewer");
    const sdl = authSubgraphSdl({ fields: ["login", "refreshToken", "me"] });
    expect(rootFields(sdl, "Query")).toEqual(["me"]);
    expect(rootFields(sdl, "Mutation")).toEqual(["login", "refreshToken"]);
    expect(compose(sdl).errors).toBeUndefined();
  });

  it("may offer no query at all", () => {
    const sdl = authSubgraphSdl({ fields: ["login"] });
    expect(rootFields(sdl, "Query")).toEqual([]);
    expect(compose(sdl).errors).toBeUndefined();
  });

  it("puts every name of ours under the prefix", () => {
    const sdl = authSubgraphSdl({ prefix: "cardea" });
    expect(rootFields(sdl, "Mutation")).toContain("cardeaLogin");
    expect(sdl).toContain("union CardeaLoginResult = CardeaAuthPayload | CardeaSecondFactorChallenge");
    expect(sdl).toContain("cardeaSession: CardeaAuthSession @auth");
    expect(sdl).toContain('cardeaRevokeAllSessions(userId: ID @auth(scopes: ["cardea:sessions:admin"]))');
    expect(sdl).toContain("scalar CardeaSecret");
    const taken = `type Query { x: AuthSession } type AuthSession { y: Int } type Mutation { login: Int }`;
    const result = composeServices([
      { name: "auth", url: "cardea://auth", typeDefs: parse(sdl) },
      { name: "taken", url: "http://taken", typeDefs: parse(taken) },
    ]);
    expect(result.errors).toBeUndefined();
  });

  it("refuses to offer what does not exist, naming what does", () => {
    expect(() => buildAuthSchema({ fields: ["login", "logout"] })).toThrow(
      /authSubgraph.fields: found "logout".*revokeSession/,
    );
  });
});
