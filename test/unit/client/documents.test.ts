import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { buildASTSchema, Kind, parse, print, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { buildAuthSchema } from "../../../src/auth-subgraph/schema.js";
import { subgraphSdl } from "../../../src/auth-subgraph/sdl.js";
import { accountDocuments } from "../../../src/client/account-documents.js";
import { documents } from "../../../src/client/documents.js";

const file = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), "utf8");

const sent = (prefix: string) => {
  const ask = { ...documents(prefix), ...accountDocuments(prefix) };
  return [
    ask.login({ username: "u", password: "canary-password" }),
    ask.refresh({ refreshToken: "canary-token" }),
    ask.reauthenticate({ password: "canary-password" }),
    ask.signOut({ refreshToken: "canary-token" }),
    ask.revoke({ id: "s" }),
    ask.session(),
    ask.sessions(),
  ];
};

describe("the client's operations", () => {
  it("are those the types were generated from", () => {
    const written = parse(file("src/client/operations.graphql")).definitions.map(print);
    expect(sent("").map(({ query }) => print(parse(String(query))))).toEqual(
      written.map((text) => `${text}`),
    );
  });

  it.each(["", "shop"])("are valid against the auth subgraph under the prefix %j", (prefix) => {
    const sdl = subgraphSdl(buildAuthSchema(prefix === "" ? {} : { prefix }).published);
    const definitions = parse(sdl).definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION);
    const schema = buildASTSchema({ kind: Kind.DOCUMENT, definitions });
    expect(sent(prefix).flatMap(({ query }) => validate(schema, parse(String(query))))).toEqual([]);
  });

  it("carry no secret in their text", () => {
    expect(
      sent("")
        .map(({ query }) => String(query))
        .join(),
    ).not.toContain("canary");
  });
});
