import type { GatewayExecutor } from "@apollo/server-gateway-interface";
import type { GraphQLSchema } from "graphql";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ConfigError } from "../../../src/domain/errors.js";
import type { DomainEvent } from "../../../src/domain/events.js";
import { createEngine, type Engine, type EngineOptions } from "../../../src/federation/engine.js";
import type { OpenedPlanner } from "../../../src/federation/planning/process/pool.js";
import type { SupergraphSource } from "../../../src/federation/supergraph/sources.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { composeGraph } from "../../support/federated-graph.js";
import { permissiveAuthorizer } from "../../support/permissive-authorizer.js";
import { aContext, anOperation } from "../../support/snapshot-builders.js";

/** A planner without processes: everything has a plan with nothing to fetch. */
const aPlannerHost = () => {
  const host = {
    isStopped: false,
    open: async (): Promise<OpenedPlanner> => ({
      labels: [],
      percentages: [],
      plan: async () => ({ node: null }),
      close: () => undefined,
    }),
    stop() {
      host.isStopped = true;
    },
  };
  return host;
};

const supergraph = (fields: string): string =>
  composeGraph(
    { name: "small", subgraphs: { a: `type Query { ${fields} }` }, resolvers: {}, lookup: () => undefined },
    () => "http://a.invalid",
  );
const [FIRST, SECOND] = [supergraph("n: Int"), supergraph("n: Int m: Int")];

const started: Engine[] = [];
afterEach(async () => {
  for (const engine of started.splice(0)) await engine.stop();
});

const anEngine = (more: Partial<EngineOptions> = {}) => {
  const events: DomainEvent[] = [];
  let text: string | Error = FIRST;
  let onChange: (() => void) | undefined;
  const source: SupergraphSource = {
    load: async () => {
      if (text instanceof Error) throw text;
      return text;
    },
    watch: (callback) => {
      onChange = callback;
      return () => {
        onChange = undefined;
      };
    },
  };
  const engine = createEngine({
    source,
    authorizerFactory: permissiveAuthorizer,
    verifier: {
      verify: () => ({ kind: "refused", reason: "TOKEN_INVALID", detail: "" }),
    } as EngineOptions["verifier"],
    identity: { headersFor: () => ({}), isIdentityHeader: () => false },
    local: undefined,
    plannerHost: aPlannerHost(),
    clock: createFakeClock(),
    emit: (event) => events.push(event),
    isDegraded: () => false,
    ...more,
  });
  started.push(engine);
  return {
    engine,
    events: () => events.map(({ type }) => type),
    serve: (next: string | Error) => {
      text = next;
    },
    watching: () => onChange,
  };
};
const loaded = async (engine: Engine): Promise<GatewayExecutor> => {
  const { executor } = await engine.load({} as never);
  if (executor === null) throw new Error("no executor");
  return executor;
};
/** Apollo Server's part: the request, and the schema it was validated against. */
const ask = async (engine: Engine, executor: GatewayExecutor, text: string, schema?: GraphQLSchema) => {
  const { document, operation } = anOperation(text);
  return executor({
    document,
    operation,
    queryHash: "hash",
    operationName: null,
    schema: schema ?? engine.current()?.apiSchema,
    request: {},
    context: aContext(),
  } as unknown as Parameters<GatewayExecutor>[0]);
};
const fieldsOf = (schema: GraphQLSchema | undefined) =>
  Object.keys(schema?.getQueryType()?.getFields() ?? {});

describe("an engine", () => {
  it("serves nothing before it is loaded, and then what its source has", async () => {
    const { engine, events, watching } = anEngine();
    expect([engine.current(), watching()]).toEqual([undefined, undefined]);
    await engine.load({} as never);
    expect(fieldsOf(engine.current()?.apiSchema)).toEqual(["n"]);
    expect(events()).toEqual(["supergraph.loaded"]);
    expect(watching()).toBeDefined();
  });

  it.each(["not a supergraph", "type Query { n: Int }", ""])("does not start on %j", async (text) => {
    const { engine, serve } = anEngine();
    serve(text);
    await expect(engine.load({} as never)).rejects.toThrow();
    expect(engine.current()).toBeUndefined();
  });

  it("does not start when its source has nothing", async () => {
    const { engine, serve } = anEngine();
    const error = new ConfigError([]);
    serve(error);
    await expect(engine.load({} as never)).rejects.toBe(error);
  });

  it("executes an operation on the supergraph it was validated for", async () => {
    const { engine } = anEngine();
    const executor = await loaded(engine);
    expect(await ask(engine, executor, "{t:__typename}")).toEqual({ data: { t: "Query" } });
  });

  it("stops its planner processes and its watch, and makes no call after", async () => {
    const plannerHost = aPlannerHost();
    const { engine, watching } = anEngine({ plannerHost });
    await engine.load({} as never);
    await engine.stop();
    expect([plannerHost.isStopped, watching()]).toEqual([true, undefined]);
  });
});

describe("a request", () => {
  it("goes on on the supergraph it began on, when another was swapped in meanwhile", async () => {
    const { engine, serve } = anEngine();
    const executor = await loaded(engine);
    const old = engine.current()?.apiSchema;
    serve(SECOND);
    await engine.reload();
    expect(engine.current()?.apiSchema).not.toBe(old);
    expect(await ask(engine, executor, "{__typename}", old)).toEqual({ data: { __typename: "Query" } });
    const introspection = (await ask(engine, executor, '{__type(name:"Query"){fields{name}}}', old)) as {
      data: unknown;
    };
    expect(introspection.data).toEqual({ __type: { fields: [{ name: "n" }] } });
  });

  it("validated by another engine is not served", async () => {
    const [one, other] = [anEngine(), anEngine()];
    const executor = await loaded(one.engine);
    await other.engine.load({} as never);
    await expect(ask(one.engine, executor, "{n}", other.engine.current()?.apiSchema)).rejects.toThrow(
      TypeError,
    );
  });

  it.each([undefined, null])(
    "without an operation of the name asked for is refused: %s",
    async (operation) => {
      const { engine } = anEngine();
      const executor = await loaded(engine);
      const request = { operation, schema: engine.current()?.apiSchema, request: { operationName: "Gone" } };
      await expect((async () => executor(request as never))()).rejects.toMatchObject({
        extensions: { code: "OPERATION_RESOLUTION_FAILURE", http: { status: 400 } },
      });
    },
  );
});

describe("a reload", () => {
  it("swaps in what is new, and leaves what is not", async () => {
    const { engine, serve, events } = anEngine();
    await engine.load({} as never);
    const first = engine.current();
    expect(await engine.reload()).toBe(true);
    expect(engine.current()).toBe(first);
    serve(SECOND);
    expect(await engine.reload()).toBe(true);
    expect(fieldsOf(engine.current()?.apiSchema)).toEqual(["n", "m"]);
    expect(events()).toEqual(["supergraph.loaded", "supergraph.swapped"]);
  });

  it("makes a new snapshot of the same text on request", async () => {
    const { engine } = anEngine();
    await engine.load({} as never);
    const first = engine.current();
    expect(await engine.reload({ rebuild: true })).toBe(true);
    expect(engine.current()).not.toBe(first);
    expect(engine.current()?.digest).toBe(first?.digest);
  });

  it.each(["broken", new ConfigError([])])(
    "of what cannot be served leaves the last good one serving: %s",
    async (text) => {
      const { engine, serve, events } = anEngine();
      await engine.load({} as never);
      const first = engine.current();
      serve(text);
      expect(await engine.reload()).toBe(false);
      expect(engine.current()).toBe(first);
      expect(events()).toEqual(["supergraph.loaded", "supergraph.refused"]);
    },
  );

  it("follows the watch of the source", async () => {
    const { engine, serve, watching } = anEngine();
    await engine.load({} as never);
    serve(SECOND);
    watching()?.();
    await vi.waitFor(() => expect(fieldsOf(engine.current()?.apiSchema)).toEqual(["n", "m"]));
  });
});

describe("who listens for supergraphs", () => {
  it("is called with the one that serves, and with each that follows, until they stop", async () => {
    const { engine, serve } = anEngine();
    const heard: string[][] = [];
    const early: unknown[] = [];
    engine.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => early.push(coreSupergraphSdl));
    await engine.load({} as never);
    const stop = engine.onSchemaLoadOrUpdate(({ apiSchema }) => heard.push(fieldsOf(apiSchema)));
    serve(SECOND);
    await engine.reload();
    stop();
    serve(FIRST);
    await engine.reload();
    expect(heard).toEqual([["n"], ["n", "m"]]);
    expect(early).toHaveLength(3);
  });

  it("may refuse one, and the old one stays", async () => {
    const { engine, serve } = anEngine();
    await engine.load({} as never);
    const first = engine.current();
    engine.onSchemaLoadOrUpdate(({ apiSchema }) => {
      if (fieldsOf(apiSchema).includes("m")) throw new Error("not for me");
    });
    serve(SECOND);
    expect(await engine.reload()).toBe(false);
    expect(engine.current()).toBe(first);
  });
});

describe("the figures", () => {
  it("of plans only ever grow, whatever is swapped in", async () => {
    const { engine, serve } = anEngine();
    const executor = await loaded(engine);
    expect(engine.figures().plans).toEqual({ size: 0, hits: 0, misses: 0 });
    for (let n = 0; n < 3; n += 1) await ask(engine, executor, "{__typename}");
    expect(engine.figures().plans).toEqual({ size: 1, hits: 2, misses: 1 });
    serve(SECOND);
    await engine.reload();
    expect(engine.figures().plans).toEqual({ size: 0, hits: 2, misses: 1 });
    await ask(engine, executor, "{__typename}");
    expect(engine.figures().plans).toEqual({ size: 1, hits: 2, misses: 2 });
  });

  it("are there before anything is loaded", () => {
    const { engine } = anEngine();
    expect(engine.figures()).toMatchObject({
      plans: { size: 0, hits: 0, misses: 0 },
      isFallback: false,
      subgraphs: [],
    });
  });

  it("report that the last good supergraph serves in place of the source's", async () => {
    const { engine, serve } = anEngine({
      lastGood: { load: async () => FIRST, keep: async () => undefined },
    });
    serve(new ConfigError([]));
    await engine.load({} as never);
    expect([engine.figures().isFallback, fieldsOf(engine.current()?.apiSchema)]).toEqual([true, ["n"]]);
  });
});
