import { expect, it } from "vitest";
import { AuthOracle } from "../support/auth-oracle.js";
import { judgeTraffic } from "../support/auth-oracle-judge.js";
import { hash } from "../support/graph-data.js";
import { leaves } from "../support/leaves.js";
import { randomAuthOperation } from "../support/random-auth-operation.js";
import { randomGraph } from "../support/random-graph-generator.js";
import { Tape } from "../support/tape.js";
import { FRESH_SECONDS, NOW_SECONDS, randomCaller, serveModel } from "../support/triple.js";

const GRAPHS = Number(process.env["STRICT_GRAPHS"] ?? 30);
const OPERATIONS = 25;

const tapeOf = (...parts: (string | number)[]): Tape => Tape.fromSeed(hash(["strict", ...parts].join("/")));

it("strict mode serves no value that precise mode would not, and sends nothing the caller is denied", async () => {
  const wrong: string[] = [];
  let narrower = 0;
  let equal = 0;
  for (let graphIndex = 0; graphIndex < GRAPHS; graphIndex += 1) {
    const model = randomGraph(tapeOf("graph", graphIndex));
    const precise = await serveModel(model, graphIndex % 3, "precise");
    const strict = await serveModel(model, graphIndex % 3, "strict");
    for (let at = 0; at < OPERATIONS; at += 1) {
      const operation = randomAuthOperation(tapeOf("operation", graphIndex, at), precise.schema);
      const { principal, degraded } = randomCaller(tapeOf("caller", graphIndex, at));
      const moment = { nowSeconds: NOW_SECONDS, freshSeconds: FRESH_SECONDS, degraded };
      const open = await precise.gateway.ask(operation, principal, moment).catch(() => undefined);
      const narrow = await strict.gateway.ask(operation, principal, moment).catch(() => undefined);
      if (open === undefined || narrow === undefined) continue;
      const known = new Set(leaves(open.answer.data));
      const served = leaves(narrow.answer.data);
      const news = served.filter((leaf) => !known.has(leaf));
      const traffic = judgeTraffic(
        narrow.requests,
        strict.gateway.schemas,
        new AuthOracle(model, principal, moment),
      );
      if (news.length + traffic.length > 0) wrong.push([operation.text, ...news, ...traffic].join("\n"));
      if (served.length < known.size) narrower += 1;
      else equal += 1;
    }
    precise.gateway.close();
    strict.gateway.close();
  }
  expect(wrong.slice(0, 2)).toEqual([]);
  expect(narrower).toBeGreaterThan(GRAPHS / 6);
  expect(equal).toBeGreaterThan((GRAPHS * OPERATIONS * 8) / 15);
}, 300_000);
