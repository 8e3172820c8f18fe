import { describe, expect, it } from "vitest";
import { readReply } from "../../../../../src/stores/redis/connection/reply.js";
import { overFrom } from "../../../../../src/stores/redis/sessions/outcomes.js";

describe("what a script answers", () => {
  it.each(["rotate", "renew", "elevate"])(
    "is a store out of reach, to be asked again, where %s came too late to run",
    (verb) => {
      expect(() => overFrom(verb, readReply(["late", ""]))).toThrow(
        expect.objectContaining({ code: "SERVICE_UNAVAILABLE", details: { retryAfter: 2 } }),
      );
    },
  );

  it("is a fault of ours where it is not known", () => {
    expect(() => overFrom("rotate", readReply(["odd", ""]))).toThrow(
      expect.objectContaining({ code: "INTERNAL_SERVER_ERROR" }),
    );
  });
});
