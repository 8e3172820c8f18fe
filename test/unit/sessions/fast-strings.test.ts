import { setFlagsFromString } from "node:v8";
import { runInThisContext } from "node:vm";
import { expect, it } from "vitest";
import { keepStringsFast } from "../../../src/sessions/fast-strings.js";

setFlagsFromString("--allow-natives-syntax");
const isFast = runInThisContext("() => %HasFastProperties(String.prototype)") as () => boolean;

it("undoes what a class that extends String does to every string, for good", () => {
  const first = class extends String {};
  expect(new first("x").length).toBe(1);
  expect(isFast()).toBe(false);
  keepStringsFast();
  expect(isFast()).toBe(true);
  const second = class extends String {};
  expect(new second("x").length).toBe(1);
  expect(isFast()).toBe(true);
});
