import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Kind, parse } from "graphql";
import type { CompiledOperation } from "../../../src/authorization/authorizer.js";
import { createAuthorizer } from "../../../src/authorization/index.js";
import { buildRules } from "../../../src/authorization/read/build-rules.js";
import { fullSchemaOf } from "../../../src/authorization/read/schemas.js";
import { median, significant } from "../support/statistics.js";
import { principalWith } from "./principal.js";
import { WIDE_SCOPES, wideOperation, wideSupergraph } from "./wide-graph.js";

export interface InProcessOptions {
  readonly types: number;
  readonly fields: number;
  /** Times each figure is taken. */
  readonly repeats: number;
  /** Judged requests that are measured, and as many before. */
  readonly decisions: number;
}

export interface InProcessFigures {
  readonly types: number;
  readonly fieldsPerOperation: number;
  /** Compiling one such operation, never seen before: the median; and the very first of the process. */
  readonly compileMs: number;
  readonly firstCompileMs: number;
  /** From a parsed supergraph to its table of rules. The median; and the very first. */
  readonly rulesTableMs: number;
  readonly firstRulesTableMs: number;
  /** From supergraph text to everything authorization needs: parsing, two schemas, the table, the planner's text. */
  readonly authorizerMs: number;
  /** Judging one request of a compiled operation whose guards all hold, microseconds. */
  readonly decideMicros: number;
  /** Heap kept for one compiled and once decided operation, its document not counted. */
  readonly bytesPerCachedOperation: number;
}

const NOW = 1_800_000_000;

const TABLE_SETTINGS = {
  freshSeconds: 300,
  policyImpliesAuth: true,
  foreignDirectives: new Set<string>(),
  unverifiedSubgraphs: new Set<string>(),
};

/** What authorization costs by itself, with no server around it. Milliseconds of CPU. */
export async function measureInProcess({
  types,
  fields,
  repeats,
  decisions,
}: InProcessOptions): Promise<InProcessFigures> {
  const sdl = wideSupergraph(types);
  const supergraph = parse(sdl);
  const schema = fullSchemaOf(supergraph);
  const tables: number[] = [];
  const authorizers: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    timed(() => buildRules(supergraph, schema, TABLE_SETTINGS), tables);
    timed(() => createAuthorizer({ supergraphSdl: sdl }), authorizers);
  }
  const { authorizer } = createAuthorizer({ supergraphSdl: sdl });
  const principal = principalWith(WIDE_SCOPES, NOW);
  const input = { principal, variables: {}, nowSeconds: NOW, degraded: false };

  const documents = Array.from({ length: repeats * 5 }, (_, seed) => parse(wideOperation(fields, seed)));
  const operations = documents.map((document) => {
    const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("a document without an operation");
    return { document, operation };
  });
  const kept: CompiledOperation[] = [];
  const compilations: number[] = [];
  const before = heapBytes();
  for (const { document, operation } of operations) {
    const compiled = timed(() => authorizer.compile(document, operation), compilations);
    const decision = await authorizer.decide(compiled, input);
    if (decision.kind !== "allowed") throw new Error(`the guards should hold, but: ${decision.kind}`);
    kept.push(compiled);
  }
  const bytes = (heapBytes() - before) / kept.length;

  const [one] = kept;
  if (one === undefined) throw new Error("nothing was compiled");
  for (let index = 0; index < decisions; index += 1) authorizer.decide(one, input);
  const start = process.cpuUsage();
  for (let index = 0; index < decisions; index += 1) authorizer.decide(one, input);
  const used = process.cpuUsage(start);

  return {
    types,
    fieldsPerOperation: fields,
    compileMs: significant(median(compilations)),
    firstCompileMs: significant(compilations[0] ?? 0),
    rulesTableMs: significant(median(tables)),
    firstRulesTableMs: significant(tables[0] ?? 0),
    authorizerMs: significant(median(authorizers)),
    decideMicros: significant((used.user + used.system) / decisions),
    bytesPerCachedOperation: Math.round(bytes),
  };
}

/** CPU of the process rather than the clock on the wall: the machine may have other work. */
function timed<Value>(work: () => Value, into: number[]): Value {
  const start = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(start);
  into.push((user + system) / 1000);
  return value;
}

/** Bytes in use after a full collection. */
function heapBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") {
    collect();
    collect();
  }
  return process.memoryUsage().heapUsed;
}
