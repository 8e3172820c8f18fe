import { buildASTSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { FaultError } from "../../../../src/domain/errors.js";
import type { PlanNode } from "../../../../src/federation/plan/plan.js";
import { createOperationPlanner, harmsPlanner } from "../../../../src/federation/planning/plan-operation.js";
import type { OverrideDraw, Planner } from "../../../../src/federation/planning/planner.js";
import { PlannerLost } from "../../../../src/federation/planning/process/worker.js";
import { createEntityRoots } from "../../../../src/federation/planning/workarounds/entity-roots.js";
import { tooComplex } from "../../../../src/federation/request/too-complex.js";
import { aFetch, anEntityFetch, flattened, pathOf, required } from "../../../support/plan-builders.js";

const DRAW: OverrideDraw = { labels: new Set(), percentage: 0, key: "" };
const PLAIN = `
  type Query { a: Int b: Int c: Int d: Int me: User }
  type Mutation { pay: Int refund: Int }
  type User { id: ID name: String }
`;
const REQUIRING = `
  directive @join__field(graph: join__Graph, requires: String) repeatable on FIELD_DEFINITION
  directive @join__type(graph: join__Graph, key: String) repeatable on OBJECT
  enum join__Graph { A B }
  type Query { product: Product n: Int }
  type Product @join__type(graph: A, key: "id") @join__type(graph: B, key: "id") {
    id: ID
    price: Int @join__field(graph: A)
    fee: Int @join__field(graph: B, requires: "price")
  }
`;
const flat = (text: string): string => text.replace(/\s+/g, " ").trim();

/** Plans with a planner that answers or throws; returns the operations it received. */
const plan = async (
  sdl: string,
  operation: string,
  answering: (text: string, call: number) => PlanNode | undefined,
  text?: string,
) => {
  const asked: string[] = [];
  const planner: Planner = {
    plan: async (operationText) => {
      asked.push(flat(operationText));
      return answering(flat(operationText), asked.length);
    },
    draw: () => DRAW,
    close: () => undefined,
  };
  const document = parse(sdl);
  const operationPlanner = createOperationPlanner(
    planner,
    buildASTSchema(document, { assumeValidSDL: true }),
    createEntityRoots(document, "Query"),
    new Set(),
  );
  const outcome = await operationPlanner.plan(parse(operation), undefined, DRAW, text).then(
    (planned) => ({ planned, error: undefined }),
    (error: unknown) => ({ planned: undefined, error }),
  );
  return { asked, ...outcome };
};
const always = (error: unknown) => () => {
  throw error;
};
const operationsIn = (node: PlanNode | undefined): readonly string[] => {
  if (node === undefined) return [];
  if ("operation" in node) return [flat(node.operation)];
  return "nodes" in node ? node.nodes.flatMap(operationsIn) : [];
};

describe("an operation the planner can plan", () => {
  it("is planned once, with the known text", async () => {
    const fetch = aFetch("s", "{a}");
    const { asked, planned } = await plan(PLAIN, "{ a }", () => fetch, "{ a } # known");
    expect(asked).toEqual(["{ a } # known"]);
    expect(planned).toBe(fetch);
  });

  it("is printed when its text is not known", async () => {
    expect((await plan(PLAIN, "{a me{id}}", () => undefined)).asked).toEqual(["{ a me { id } }"]);
  });
});

describe("an operation that ends a planner process", () => {
  it("is refused as too complex when it is too slow, and not tried in parts", async () => {
    const { asked, error } = await plan(PLAIN, "{a b c}", always(new PlannerLost("too slow")));
    expect(asked).toHaveLength(1);
    expect(error).toMatchObject({ extensions: { code: "OPERATION_TOO_COMPLEX" } });
  });

  it("is no fault of its own when the process was killed, and is not tried a second time now", async () => {
    const { asked, error } = await plan(REQUIRING, "{product{fee} n}", always(new PlannerLost("killed")));
    expect(asked).toHaveLength(1);
    expect(error).toMatchObject({ code: "SERVICE_UNAVAILABLE", cause: { reason: "killed" } });
  });

  it("by a crash is not tried in parts: those would end the next processes", async () => {
    const { asked, error } = await plan(PLAIN, "{a b c d}", always(new PlannerLost("crashed")));
    expect(asked).toHaveLength(1);
    expect(error).toMatchObject({ code: "INTERNAL_SERVER_ERROR", cause: { reason: "crashed" } });
  });
});

describe("an operation the planner finds no plan for", () => {
  const NO_PLAN = new Error("no plan was found");

  it("is planned in two parts, which together select the same", async () => {
    const { planned, asked } = await plan(PLAIN, "{a b c d}", (text) => {
      if (/a.*d/.test(text)) throw NO_PLAN;
      return aFetch("s", text);
    });
    expect(asked).toEqual(["{ a b c d }", "{ a b }", "{ c d }"]);
    expect(operationsIn(planned)).toEqual(["{a b c d}"]);
  });

  it("is split again if a part cannot be planned either", async () => {
    const { planned } = await plan(PLAIN, "{a b c d}", (text) => {
      if (/\w \w/.test(text)) throw NO_PLAN;
      return aFetch("s", text);
    });
    expect(operationsIn(planned)).toEqual(["{a b c d}"]);
  });

  it("is refused when one of its leaves cannot be planned alone", async () => {
    const { error } = await plan(PLAIN, "{a b c d}", (text) => {
      if (text.includes("c")) throw NO_PLAN;
      return aFetch("s", text);
    });
    expect(error).toMatchObject({ code: "OPERATION_UNPLANNABLE" });
  });

  it("is refused at once when it is one leaf", async () => {
    const { asked, error } = await plan(PLAIN, "{me{name}}", always(NO_PLAN));
    expect(asked).toHaveLength(1);
    expect(error).toMatchObject({ code: "OPERATION_UNPLANNABLE", cause: NO_PLAN });
  });

  it("is never split when it is a mutation: what is written must be written once", async () => {
    const { asked, error } = await plan(PLAIN, "mutation{pay refund}", always(NO_PLAN));
    expect(asked).toEqual(["mutation { pay refund }"]);
    expect(error).toMatchObject({ code: "OPERATION_UNPLANNABLE" });
  });

  it("is split a hundred times at most", async () => {
    const aliases = Array.from({ length: 400 }, (_, n) => `x${n}:a`).join(" ");
    const { asked, error } = await plan(PLAIN, `{${aliases}}`, (text) => {
      if (/:.*:/.test(text)) throw NO_PLAN;
      return aFetch("s", text);
    });
    expect(error).toMatchObject({ code: "OPERATION_UNPLANNABLE" });
    expect(asked.length).toBeLessThanOrEqual(201);
  });

  it("keeps a refusal of ours as it is", async () => {
    const refusal = new FaultError("INTERNAL_SERVER_ERROR", "the planner answered with an unknown node");
    expect((await plan(PLAIN, "{a}", always(refusal))).error).toBe(refusal);
  });
});

describe("a `@requires` field the planner gives up on", () => {
  it("is planned separately from its own root, and looked up at its original place after the rest", async () => {
    const root = "cardea__entity_B_Product";
    const lookUp = anEntityFetch("b", "{...on Product{fee}}", [required("Product", "id", "price")]);
    const { planned, asked } = await plan(REQUIRING, "{product{id fee} n}", (text, call) => {
      if (call === 1) throw new Error("no plan was found");
      if (!text.includes(root)) return aFetch("rest", text);
      const start = aFetch("a", `{${root}{__typename id price}}`);
      return { kind: "sequence", nodes: [start, flattened(pathOf(root), lookUp)] };
    });
    expect(asked.slice(1)).toEqual([`{ ${root} { fee } }`, "{ product { id __typename id price } n }"]);
    expect(planned).toMatchObject({
      kind: "sequence",
      nodes: [
        { subgraph: "rest" },
        { kind: "parallel", nodes: [{ nodes: [{ path: pathOf("product"), node: { subgraph: "b" } }] }] },
      ],
    });
  });

  it("also after it crashed the planner, since the rest may be harmless; and not a third time", async () => {
    const { asked, error } = await plan(REQUIRING, "{product{id fee} n}", always(new PlannerLost("crashed")));
    expect(asked.length).toBeLessThanOrEqual(3);
    expect(error).toMatchObject({ code: "INTERNAL_SERVER_ERROR", cause: { reason: "crashed" } });
  });
});

describe("what harms the planner", () => {
  it.each([
    [new FaultError("INTERNAL_SERVER_ERROR", "x", { cause: new PlannerLost("crashed") }), true],
    [new FaultError("INTERNAL_SERVER_ERROR", "x", { cause: new PlannerLost("too slow") }), true],
    [tooComplex(), true],
    [new FaultError("SERVICE_UNAVAILABLE", "x", { cause: new PlannerLost("killed") }), false],
    [new FaultError("OPERATION_UNPLANNABLE", "x"), false],
    [new Error("x"), false],
    [undefined, false],
    [{ extensions: { code: "OPERATION_TOO_COMPLEX" } }, false],
  ])("is what ended a process by itself or kept it busy: %s", (error, expected) => {
    expect(harmsPlanner(error)).toBe(expected);
  });
});
