import { describe, expect, it } from "vitest";
import { z } from "zod";
import { problemsOf } from "../../../src/config/problems.js";
import { configSchema } from "../../../src/config/schema.js";

interface Numbered {
  readonly path: readonly string[];
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

/** Every whole number a configuration can hold. */
function* numbersIn(schema: unknown, path: readonly string[] = []): Generator<Numbered> {
  if (typeof schema !== "object" || schema === null) return;
  const { type, minimum, maximum, properties, additionalProperties, items, anyOf } = schema as Record<
    string,
    unknown
  >;
  if (type === "integer")
    yield { path, minimum: minimum as number | undefined, maximum: maximum as number | undefined };
  for (const [name, inner] of Object.entries(properties ?? {})) yield* numbersIn(inner, [...path, name]);
  yield* numbersIn(additionalProperties, [...path, "*"]);
  yield* numbersIn(items, [...path, "0"]);
  for (const branch of Array.isArray(anyOf) ? anyOf : []) yield* numbersIn(branch, path);
}

const numbers = [...numbersIn(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }))];
const TIMER_MAX_MS = 2 ** 31 - 1;
const RECORD_MAX_SECONDS = 2 ** 32 - 1 - 2_000_000_000;

describe("a number in the configuration", () => {
  it("is found by this test wherever it is", () => {
    expect(numbers.length).toBeGreaterThan(30);
  });

  it.each(numbers.map((number) => [number.path.join("."), number] as const))(
    "has a range a timer or record can hold: %s",
    (name, { minimum, maximum }) => {
      const most = name.endsWith("Ms") ? TIMER_MAX_MS : RECORD_MAX_SECONDS;
      expect(minimum).toBeGreaterThanOrEqual(0);
      expect(maximum).toBeLessThanOrEqual(most);
    },
  );

  it.each([
    [{ transport: { timeoutMs: 3_000_000_000 } }, "transport.timeoutMs", "a whole number from 1 to 86400000"],
    [{ server: { drainTimeoutMs: -1 } }, "server.drainTimeoutMs", "a whole number from 0 to 86400000"],
    [
      { sessions: { absoluteSeconds: 5_000_000_000 } },
      "sessions.absoluteSeconds",
      "a whole number from 1 to 315360000",
    ],
    [{ limits: { maxBodyBytes: 1e15 } }, "limits.maxBodyBytes", "a whole number from 1 to 268435456"],
    [{ limits: { maxDepth: 1.5 } }, "limits.maxDepth", "a whole number"],
    [
      { clients: { web: { accessTtlSeconds: 0 } } },
      "clients.web.accessTtlSeconds",
      "a whole number from 1 to 315360000",
    ],
    [{ server: { port: 70_000 } }, "server.port", "a whole number from 0 to 65535"],
  ])("outside its range is refused with the range: %j", (input, where, allowed) => {
    const { error } = configSchema.safeParse(input);
    expect(problemsOf(error?.issues ?? [], input)).toEqual([expect.objectContaining({ where, allowed })]);
  });
});
