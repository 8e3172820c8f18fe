import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { showProgress } from "../../../src/cli/progress.js";

const told: string[] = [];
const terminal = { out: () => undefined, err: (line: string) => void told.push(line) };

beforeEach(() => {
  told.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it("shows each step at once where a person looks", () => {
  const { step, end } = showProgress(terminal, true);
  step("reading keys");
  step("waiting for the store");
  end();
  expect(told).toEqual(["reading keys …", "waiting for the store …"]);
});

it("adds nothing to the log of a start that is quick, and names what a slow one waits for", () => {
  const { step, end } = showProgress(terminal, false);
  step("reading keys");
  vi.advanceTimersByTime(900);
  step("waiting for the store");
  vi.advanceTimersByTime(900);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(told).toEqual(["still waiting for the store …"]);
  step("loading the supergraph");
  end();
  vi.advanceTimersByTime(10_000);
  expect(told).toHaveLength(1);
});
