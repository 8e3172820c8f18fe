import { describe, expect, it } from "vitest";
import { createCircuit } from "../../../src/federation/transport/circuit.js";

const circuit = () => {
  let nowMs = 0;
  const made = createCircuit({ afterTimeouts: 3, coolDownMs: 100 }, () => nowMs);
  return {
    ...made,
    wait: (ms: number) => {
      nowMs += ms;
    },
    hang: (times: number) => {
      for (let i = 0; i < times; i += 1) made.settled(true);
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
    settled(false);
    hang(2);
    expect(tryPass()).toBe(true);
  });

  it("sends one probe after the cool-down, and everything when it is answered", () => {
    const { hang, settled, tryPass, wait } = circuit();
    hang(3);
    wait(100);
    expect([tryPass(), tryPass()]).toEqual([true, false]);
    settled(false);
    expect([tryPass(), tryPass()]).toEqual([true, true]);
  });

  it("closes again when the probe hangs, too", () => {
    const { hang, settled, tryPass, wait } = circuit();
    hang(3);
    wait(100);
    tryPass();
    settled(true);
    wait(99);
    expect(tryPass()).toBe(false);
    wait(1);
    expect(tryPass()).toBe(true);
  });
});
