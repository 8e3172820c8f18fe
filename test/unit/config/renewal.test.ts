import { describe, expect, it } from "vitest";
import { checkConfig } from "../../../src/config/load.js";
import type { ConfigInput } from "../../../src/config/schema.js";
import { ConfigError } from "../../../src/domain/errors.js";

type Client = NonNullable<ConfigInput["clients"]>[string];

/** Settings that were refused, of a client otherwise sound. */
function refusals(client: Client): readonly string[] {
  const sound: Client = { refresh: false, renewal: { windowSeconds: 60, limitSeconds: 3600 } };
  try {
    checkConfig(
      { supergraph: "g.graphql", clients: { kiosk: { ...sound, ...client } } },
      { folder: "/", environment: {} },
    );
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ where }) => where);
  }
}

const at = (name: string) => `clients.kiosk.renewal${name}`;

describe("clients.<id>.renewal", () => {
  it("is accepted within its bounds", () => {
    expect(refusals({})).toEqual([]);
  });

  it.each<[string, Client, string]>([
    ["a client with refresh tokens", { refresh: true }, ""],
    [
      "a window in which revocations are forgotten",
      { renewal: { windowSeconds: 61, limitSeconds: 3600 } },
      ".windowSeconds",
    ],
    [
      "a limit shorter than one token",
      { renewal: { windowSeconds: 60, limitSeconds: 299 } },
      ".limitSeconds",
    ],
    [
      "a limit longer than the session",
      { renewal: { windowSeconds: 60, limitSeconds: 7 * 86_400 + 1 } },
      ".limitSeconds",
    ],
  ])("is refused for %s", (_, client, name) => {
    expect(refusals(client)).toEqual([at(name)]);
  });
});
