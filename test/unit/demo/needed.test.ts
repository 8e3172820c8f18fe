import { describe, expect, it } from "vitest";
import { needed } from "../../../src/demo/servers/serve.js";
import { ConfigError } from "../../../src/domain/errors.js";

const failing = (code: string) => () => Promise.reject(Object.assign(new Error("boom"), { code }));

describe("a package the demo needs", () => {
  it("is named with the way to install it when it is missing", async () => {
    const failure: unknown = await needed("graphql-yoga", failing("ERR_MODULE_NOT_FOUND")).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(ConfigError);
    expect(String(failure)).toContain("npm install --save-dev graphql-yoga");
  });

  it("keeps its own failure when it is there and does not load", async () => {
    await expect(needed("graphql-yoga", failing("ERR_OTHER"))).rejects.toThrow("boom");
  });
});
