import { describe, expect, it } from "vitest";
import { parseRoute, routeHash } from "../../../../src/page/shell/route.js";

describe("the address", () => {
  it.each([
    ["", { panel: "operation", detail: "" }],
    ["#/", { panel: "operation", detail: "" }],
    ["#/plan", { panel: "plan", detail: "" }],
    ["#documentation/User", { panel: "documentation", detail: "User" }],
    ["#/documentation/a%2Fb", { panel: "documentation", detail: "a/b" }],
    ["#/documentation/%E0%A4%A", { panel: "documentation", detail: "%E0%A4%A" }],
  ])("%j names a panel", (hash, route) => {
    expect(parseRoute(hash, "operation")).toEqual(route);
  });

  it.each(["User.email", "a/b", "<img onerror>", "Ünï %"])("carries %j there and back", (detail) => {
    expect(parseRoute(routeHash("documentation", detail), "")).toEqual({ panel: "documentation", detail });
  });
});
