import { expect, it } from "vitest";
import { hash } from "../support/graph-data.js";
import { randomAuthOperation } from "../support/random-auth-operation.js";
import { shrink, Tape } from "../support/tape.js";
import {
  describeTriple,
  judgeTriple,
  randomCaller,
  replayTriple,
  serveGraph,
  type TripleRecord,
} from "../support/triple.js";

const CASES = Number(process.env["FUZZ_CASES"] ?? 20_000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_122);
const OPERATIONS_PER_GRAPH = 20;
/** Callers take turns on one document, so that whatever is cached by document is shared among them. */
const CALLERS_PER_OPERATION = 4;

const tapeOf = (...parts: (string | number)[]): Tape => Tape.fromSeed(hash([SEED, ...parts].join("/")));

/** A failing triple made small, as text. One that fails only after others says so: a cache remembered them. */
const reportOf = async (record: TripleRecord, wrong: readonly string[]): Promise<string> => {
  const fails = async (candidate: TripleRecord): Promise<boolean> => {
    try {
      return (await replayTriple(candidate)).length > 0;
    } catch {
      return false;
    }
  };
  if (!(await fails(record))) {
    return `seed ${SEED}: fails only in sequence\n${wrong.join("\n")}\n${await describeTriple(record)}`;
  }
  let small = record;
  for (const part of ["operation", "graph", "operation", "caller"] as const) {
    small = { ...small, [part]: await shrink(small[part], (tape) => fails({ ...small, [part]: tape }), 250) };
  }
  return `seed ${SEED}\n${(await replayTriple(small)).join("\n")}\n${await describeTriple(small)}`;
};

it(
  `serves no value, sends no coordinate and denies nothing against the oracle's judgement (${CASES} triples, seed ${SEED})`,
  async () => {
    let denying = 0;
    let done = 0;
    for (let graphIndex = 0; done < CASES; graphIndex += 1) {
      const graphTape = tapeOf("graph", graphIndex);
      const graph = await serveGraph(graphTape);
      for (let at = 0; at < OPERATIONS_PER_GRAPH && done < CASES; at += 1) {
        const operationTape = tapeOf("operation", graphIndex, at);
        const operation = randomAuthOperation(operationTape, graph.schema);
        for (let turn = 0; turn < CALLERS_PER_OPERATION; turn += 1) {
          const callerTape = tapeOf("caller", graphIndex, at, turn);
          const verdict = await judgeTriple(graph, operation, randomCaller(callerTape));
          done += 1;
          denying += verdict.denies ? 1 : 0;
          if (verdict.wrong.length > 0) {
            const record = {
              graph: graphTape.drawn,
              operation: operationTape.drawn,
              caller: callerTape.drawn,
            };
            expect.fail(await reportOf(record, verdict.wrong));
          }
        }
      }
      graph.gateway.close();
    }
    console.log(`${done} triples, ${denying} with a denial, seed ${SEED}`);
    expect(denying).toBeGreaterThan(done / 4);
  },
  Math.max(120_000, CASES * 60),
);
