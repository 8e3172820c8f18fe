import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../src/authorization/index.js";
import { composeWithAuthSubgraph } from "../../../src/composition/index.js";
import { aSubgraph, DEFINITION, FEDERATION_LINK } from "./support.js";

const AUTH_SDL = readFileSync(new URL("../../../schema/auth.graphql", import.meta.url), "utf8");
const LINK = 'url: "https://specs.cardea.dev/auth/v1.0"';

describe("the guard under each of its documented names, beside the auth subgraph", () => {
  it.each([
    ["auth", 'import: ["@auth"]'],
    ["auth", ""],
    ["guard", 'import: [{ name: "@auth", as: "@guard" }]'],
    ["auth__auth", ""],
    ["door", 'as: "door"'],
    ["door__auth", 'as: "door"'],
    ["guard", 'as: "door", import: [{ name: "@auth", as: "@guard" }]'],
  ])("@%s of @link(%s) guards what it stands on, and login is there", (name, how) => {
    const head = `extend schema ${FEDERATION_LINK} @link(${LINK}, ${how}) @composeDirective(name: "@${name}")\n`;
    const subgraphs = ["a", "b"].map((one) =>
      aSubgraph(
        one,
        `type Query { ${one}: Int @${name}(scopes: ["x"]) ${one}Open: Int }`,
        head + DEFINITION.replace("@auth", `@${name}`),
      ),
    );
    const { graft } = composeWithAuthSubgraph(subgraphs, AUTH_SDL);
    const { rules } = createAuthorizer({
      supergraphSdl: graft.kind === "grafted" ? graft.supergraphSdl : "",
    });
    const demand = (type: string, field: string) =>
      rules.requirements[rules.types.get(type)?.fields.get(field)?.requirement ?? -1];
    for (const field of ["a", "b"]) expect(demand("Query", field)).toMatchObject({ scopes: [[["x"]]] });
    expect(demand("Query", "aOpen")).toMatchObject({ authenticated: false });
    expect(demand("Mutation", "login")).toMatchObject({ authenticated: false });
    expect(demand("Mutation", "reauthenticate")).toMatchObject({ authenticated: true });
  });
});
