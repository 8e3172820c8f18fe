import { expect, it } from "vitest";
import { hash } from "../support/graph-data.js";
import { randomAuthOperation } from "../support/random-auth-operation.js";
import { Tape } from "../support/tape.js";
import { type Caller, judgeTriple, randomCaller, serveGraph } from "../support/triple.js";

const GRAPHS = 25;
const OPERATIONS = 6;
const CALLERS = 16;

const tapeOf = (...parts: (string | number)[]): Tape => Tape.fromSeed(hash(["crossing", ...parts].join("/")));

/**
 * Many callers send the same few documents to a cold gateway at once: compiled operations, filtered documents and plans
 * are being built while others wait for them. Each answer and the traffic of each caller are checked separately.
 */
it("never serves or fetches for one caller what was decided for another, however requests interleave", async () => {
  const wrong: string[] = [];
  let denying = 0;
  for (let graphIndex = 0; graphIndex < GRAPHS; graphIndex += 1) {
    const graph = await serveGraph(tapeOf("graph", graphIndex));
    const operations = Array.from({ length: OPERATIONS }, (_, at) =>
      randomAuthOperation(tapeOf("operation", graphIndex, at), graph.schema),
    );
    const callers: Caller[] = Array.from({ length: CALLERS }, (_, at) =>
      randomCaller(tapeOf("caller", graphIndex, at)),
    );
    // Twice over, so that the second round meets warm caches filled in a random order.
    const order = tapeOf("order", graphIndex);
    const asks = [0, 1]
      .flatMap(() => operations.flatMap((operation) => callers.map((caller) => ({ operation, caller }))))
      .map((ask) => ({ ask, rank: order.int(1_000_000) }))
      .sort((left, right) => left.rank - right.rank);
    const verdicts = await Promise.all(asks.map(({ ask }) => judgeTriple(graph, ask.operation, ask.caller)));
    for (const [at, verdict] of verdicts.entries()) {
      denying += verdict.denies ? 1 : 0;
      if (verdict.wrong.length === 0) continue;
      wrong.push(`graph ${graphIndex}: ${verdict.wrong.join("\n")}\n${asks[at]?.ask.operation.text}`);
    }
    graph.gateway.close();
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  expect(denying).toBeGreaterThan(500);
}, 300_000);
