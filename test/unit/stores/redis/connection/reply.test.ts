import { expect, it } from "vitest";
import { readReply } from "../../../../../src/stores/redis/connection/reply.js";

it("a command that ran into its deadline in the store is an outage for whoever still waits, never an answer", () => {
  expect(() => readReply([Buffer.from("overdue"), ""])).toThrow(
    expect.objectContaining({ code: "SERVICE_UNAVAILABLE" }),
  );
  expect(readReply(["late", ""]).kind).toBe("late");
});
