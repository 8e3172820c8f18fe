import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { historyOfSiblings } from "../../../src/cli/shared-graphs.js";
import { OPEN } from "../../../src/domain/requirement.js";

const effective = (coordinate: string) => ({
  at: new Map([[coordinate, OPEN]]),
  hidden: new Set<string>(),
  types: new Map<string, string>(),
  keys: new Map<string, boolean>(),
  below: new Map<string, ReadonlySet<string>>(),
});
const graph = (supergraphSdl: string, coordinate: string) => ({
  supergraphSdl,
  effective: effective(coordinate),
  isApproved: false,
});

function aChannel() {
  const sent: unknown[] = [];
  const channel = Object.assign(new EventEmitter(), { send: (message: unknown) => sent.push(message) > 0 });
  // Only what a worker uses of its process.
  return { channel: channel as unknown as Pick<NodeJS.Process, "on" | "send"> & EventEmitter, sent };
}

describe("what a worker knows of its siblings", () => {
  it("begins with what the supervisor answers, which it waits for", async () => {
    const { channel, sent } = aChannel();
    const asking = historyOfSiblings(channel);
    let isKnown = false;
    void asking.then(() => {
      isKnown = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([isKnown, sent]).toEqual([false, [{ graphs: "asked" }]]);
    const history = { supergraphSdl: "one", effective: effective("Query.a") };
    channel.emit("message", { graphs: "history", history });
    expect((await asking).current()).toEqual(history);
  });

  it("grows by what it serves itself, which it reports once, and is replaced by what the supervisor says", async () => {
    const { channel, sent } = aChannel();
    const asking = historyOfSiblings(channel);
    channel.emit("message", { graphs: "history", history: undefined });
    const history = await asking;
    let heard = 0;
    const stopListening = history.listen(() => {
      heard += 1;
    });
    expect(history.current()).toBeUndefined();
    history.add(graph("one", "Query.a"));
    history.add(graph("two", "Query.b"));
    history.add(graph("two", "Query.b"));
    expect(history.current()?.supergraphSdl).toBe("two");
    expect([...(history.current()?.effective.at.keys() ?? [])]).toEqual(["Query.a", "Query.b"]);
    expect(sent.slice(1)).toEqual([
      { graphs: "served", graph: graph("one", "Query.a") },
      { graphs: "served", graph: graph("two", "Query.b") },
    ]);
    expect(heard).toBe(0);
    const theirs = { supergraphSdl: "three", effective: effective("Query.c") };
    channel.emit("message", { graphs: "history", history: theirs });
    expect([history.current(), heard]).toEqual([theirs, 1]);
    stopListening();
    channel.emit("message", { graphs: "history", history: theirs });
    expect(heard).toBe(1);
  });

  it("is nothing that others than its supervisor would say", async () => {
    const { channel } = aChannel();
    const asking = historyOfSiblings(channel);
    for (const odd of [undefined, null, "history", 1, {}, { serving: {} }, { graphs: "other" }])
      channel.emit("message", odd);
    channel.emit("message", { graphs: "history", history: undefined });
    expect((await asking).current()).toBeUndefined();
  });
});
