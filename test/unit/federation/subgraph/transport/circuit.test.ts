import { describe, expect, it } from "vitest";
import { createCircuit } from "../../../../../src/federation/subgraph/transport/circuit.js";

const circuit = () => {
  let nowMs = 0;
  const changes: string[] = [];
  const made = createCircuit(
    { threshold: 3, openMs: 100 },
    (state) => changes.push(state),
    () => nowMs,
  );
  return {
    ...made,
    changes,
    wait: (ms: number) => {
      nowMs += ms;
    },
    hang: (times: number) => {
      for (let i = 0; i < times; i += 1) made.settled("timeout");
    },
  };
};

describe("the circuit of a subgraph", () => {
  it("lets everything through until as many in a row have hung", () => {
    const { hang, tryPass } = circuit();
    hang(2);
    expect(tryPass()).toBe(true);
    hang(1);
    expect(tryPass()).toBe(false);
  });

  it("counts in a row only: any answer, even a failure, starts again", () => {
    const { hang, settled, tryPass } = circuit();
    hang(2);
    settled("answered");
    hang(2);
    expect(tryPass()).toBe(true);
  });

  it("sends one probe after the cool-down, and everything when it is answered", () => {
    const { hang, settled, tryPass, wait } = circuit();
    hang(3);
    wait(100);
    expect([tryPass(), tryPass()]).toEqual([true, false]);
    settled("answered");
    expect([tryPass(), tryPass()]).toEqual([true, true]);
  });

  it("closes again when the probe hangs, too", () => {
    const { hang, settled, tryPass, wait } = circuit();
    hang(3);
    wait(100);
    tryPass();
    settled("timeout");
    wait(99);
    expect(tryPass()).toBe(false);
    wait(1);
    expect(tryPass()).toBe(true);
  });

  it("lets the next one probe when the probe was ended from our side", () => {
    const { hang, settled, tryPass, wait } = circuit();
    hang(3);
    wait(100);
    expect(tryPass()).toBe(true);
    settled("unknown");
    expect([tryPass(), tryPass()]).toEqual([true, false]);
  });

  it("counts nothing that was ended from our side", () => {
    const { hang, settled, state } = circuit();
    hang(2);
    for (let i = 0; i < 10; i += 1) settled("unknown");
    expect(state()).toBe("closed");
  });

  it("reports its state, and each change once", () => {
    const { changes, hang, settled, state, tryPass, wait } = circuit();
    expect(state()).toBe("closed");
    hang(5);
    expect(state()).toBe("open");
    wait(100);
    expect(state()).toBe("half_open");
    tryPass();
    expect(state()).toBe("half_open");
    settled("answered");
    settled("answered");
    expect(state()).toBe("closed");
    expect(changes).toEqual(["open", "closed"]);
  });
});
