import { serialize } from "node:v8";
import { afterAll, describe, expect, it } from "vitest";
import { createAuthorizer } from "../../../../src/authorization/create-authorizer.js";
import { createPlannerHost } from "../../../../src/federation/planning/process/pool.js";
import { buildSnapshot } from "../../../../src/federation/supergraph/snapshot.js";
import { composeForTest } from "../../../support/in-process-gateway.js";

const planning = createPlannerHost();
afterAll(() => planning.stop());

/** How the engine holds a text: only one byte a character is serialised, after two bytes of header, with a quote. */
const isWide = (text: string): boolean => serialize(text)[2] !== '"'.charCodeAt(0);

describe("a snapshot", () => {
  it("holds narrow what came as a wide text without need, so that no answer is written wide", async () => {
    const sdl = composeForTest(new Map([["narrow", "type Query { first: String second: Int }"]]));
    const joined = `→${sdl}`;
    // Read once, the pieces become one text, and what is cut out of that is as wide as it.
    expect(joined.charCodeAt(joined.length - 1)).toBe(sdl.charCodeAt(sdl.length - 1));
    const wide = joined.slice(1);
    expect(isWide(wide)).toBe(true);

    const snapshot = await buildSnapshot(wide, {
      authorizerFactory: (supergraphSdl) => createAuthorizer({ supergraphSdl }),
      planning,
    });
    expect(isWide(snapshot.supergraphSdl)).toBe(false);
    expect(snapshot.supergraphSdl).toBe(sdl);
    snapshot.planner.close();
  });
});
