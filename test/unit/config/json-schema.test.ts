import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { environmentSettings } from "../../../src/config/environment.js";
import { configJsonSchema } from "../../../src/config/json-schema.js";

const committed = new URL("../../../schema/cardea.config.schema.json", import.meta.url);

describe("the JSON Schema of the configuration", () => {
  it("is the committed file (run `npx tsx scripts/emit-config-schema.ts` after a change)", () => {
    expect(JSON.parse(readFileSync(committed, "utf8"))).toEqual(
      JSON.parse(JSON.stringify(configJsonSchema())),
    );
  });

  it("gives every setting one environment variable, named by its path", () => {
    const names = environmentSettings().map(({ name, read }) => `${name}:${read}`);
    expect(names).toContain("CARDEA_TOKENS_ACCESS_TTL_SECONDS:number");
    expect(names).toContain("CARDEA_STORE_URL:string");
    expect(names).toContain("CARDEA_TOKENS_KEYS:list");
    expect(names).toContain("CARDEA_ISSUERS:json");
    expect(new Set(names).size).toBe(names.length);
  });
});
