import { parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../src/authorization/index.js";
import { composeBench } from "./graph/compose.js";
import { distinctOperations, itemsOperation, nestedOperation, WORKLOADS } from "./graph/workloads.js";

const { apiSchema } = createAuthorizer({ supergraphSdl: composeBench("http://s.test", true), settings: {} });

// A refused operation is cheap: what the benchmark sends must be answered.
describe("the operations of the benchmark", () => {
  it.each([
    ...WORKLOADS.flatMap(({ name, operations }) => operations.map((operation) => ({ name, operation }))),
    ...[1, 2, 3, 4, 8].map((steps) => ({ name: `${steps} steps`, operation: nestedOperation(steps) })),
    { name: "items", operation: itemsOperation(10) },
  ])("are valid: $name", ({ operation }) => {
    expect(validate(apiSchema, parse(operation.query)).map(String)).toEqual([]);
  });

  it("are distinct where they should be", () => {
    expect(new Set(distinctOperations(5_000).map(({ query }) => query)).size).toBe(5_000);
  });
});
