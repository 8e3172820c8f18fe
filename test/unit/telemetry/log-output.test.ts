import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { createLogOutput } from "../../../src/telemetry/log-output.js";
import { createMetrics } from "../../../src/telemetry/metrics.js";

/** A stream whose reader reads nothing until it is released. */
function stalled() {
  const taken: string[] = [];
  let reads = false;
  const held: (() => void)[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _, done) {
      const take = () => {
        taken.push(chunk.toString());
        done();
      };
      if (reads) take();
      else held.push(take);
    },
  });
  const readOn = () => {
    reads = true;
    for (const take of held.splice(0)) take();
  };
  return { stream, taken, readOn };
}

describe("the way of the log out of a gateway", () => {
  it("keeps no more than its bound for a reader who stalls, and reports how many lines are missing", async () => {
    const { stream, taken, readOn } = stalled();
    const output = createLogOutput(stream, 100);
    for (let line = 0; line < 1_000; line += 1) output.write(`line ${String(line).padStart(4, "0")}\n`);
    expect(stream.writableLength).toBeLessThanOrEqual(100);
    expect(output.dropped()).toBe(990);
    readOn();
    await expect.poll(() => stream.writableLength).toBe(0);
    output.write("again\n");
    await expect.poll(() => taken.length).toBe(12);
    expect(JSON.parse(taken[10] ?? "")).toMatchObject({ msg: "log.dropped", lines: 990 });
    expect(taken[11]).toBe("again\n");
  });

  it("counts what is written after its reader has gone, and throws nothing", async () => {
    const gone = new Writable({
      autoDestroy: false,
      write: (_chunk, _encoding, done) => done(new Error("EPIPE")),
    });
    const output = createLogOutput(gone);
    for (const line of ["a\n", "b\n"]) output.write(line);
    await expect.poll(output.dropped).toBeGreaterThanOrEqual(2);
  });

  it("is measured", async () => {
    const metrics = createMetrics({ degraded: () => false, process: false, dropped: () => 7 });
    for (const _ of [1, 2]) expect((await metrics.expose()).text).toContain("log_lines_dropped_total 7");
  });
});
