import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { reloadSignals, stopSignal } from "../../../src/cli/signals.js";

/** Only what is used of a process. */
const aProcess = () => new EventEmitter() as EventEmitter & Pick<NodeJS.Process, "on" | "once">;

describe("SIGHUP", () => {
  it("reloads at once when it came during the start, however often", () => {
    const process = aProcess();
    const reloads = reloadSignals(process);
    process.emit("SIGHUP");
    process.emit("SIGHUP");
    let reloaded = 0;
    reloads.passTo(() => {
      reloaded += 1;
    });
    expect(reloaded).toBe(1);
    process.emit("SIGHUP");
    expect(reloaded).toBe(2);
  });

  it("reloads nothing before it comes", () => {
    const process = aProcess();
    let reloaded = 0;
    reloadSignals(process).passTo(() => {
      reloaded += 1;
    });
    expect(reloaded).toBe(0);
    process.emit("SIGHUP");
    expect(reloaded).toBe(1);
  });
});

describe("a stop signal", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("is remembered by name: %s", async (signal) => {
    const process = aProcess();
    const stopping = stopSignal(process);
    process.emit(signal);
    expect(await stopping).toBe(signal);
  });
});
