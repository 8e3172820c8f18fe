import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { readPassword } from "../../../src/cli/password.js";

/** A terminal: types the lines, each when it is asked for, and keeps what is written to the screen. */
function aTerminal(...lines: string[]) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  let screen = "";
  const prompt = {
    write: (text: string) => {
      screen += text;
      if (text.endsWith(": ")) setImmediate(() => input.write(lines.shift() ?? ""));
    },
  };
  return { keyboard: { input, prompt }, screen: () => screen };
}

const piped = (text: string) => {
  const input = new PassThrough();
  input.end(text);
  return { input, prompt: { write: () => undefined } };
};

describe("a password", () => {
  it("typed twice is taken, and never shown", async () => {
    const { keyboard, screen } = aTerminal("correct horse\r", "correct horse\r");
    expect(await readPassword(false, keyboard)).toBe("correct horse");
    expect(screen()).toBe("Password: \nOnce more: \n");
  });

  it("typed differently the second time is refused without either", async () => {
    const { keyboard } = aTerminal("correct horse\r", "battery staple\r");
    const failure: unknown = await readPassword(false, keyboard).catch((error: unknown) => error);
    expect(String(failure)).toBe("UsageError: the two passwords differ");
  });

  it("is given up at Ctrl-C", async () => {
    const { keyboard } = aTerminal("\u0003");
    await expect(readPassword(false, keyboard)).rejects.toThrow("interrupted");
  });

  it("loses one line ending and nothing else", async () => {
    expect(await readPassword(true, piped("  with spaces \r\n"))).toBe("  with spaces ");
    expect(await readPassword(true, piped("two\n\n"))).toBe("two\n");
  });

  it("is not read without end", async () => {
    await expect(readPassword(true, piped("x".repeat(70_000)))).rejects.toThrow("more than one line");
  });
});
