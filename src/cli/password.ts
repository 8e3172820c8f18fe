import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { UsageError } from "./output.js";

const MAX_STDIN_BYTES = 65_536;

/**
 * Reads a password: one line of standard input, or typed twice at a terminal without echo. Never from an argument:
 * arguments are seen by every process of the machine.
 *
 * @throws UsageError without a terminal to ask at, or when the two do not match
 */
export async function readPassword(fromStdin: boolean): Promise<string> {
  if (fromStdin) return (await readStandardInput()).replace(/\r?\n$/, "");
  if (!process.stdin.isTTY)
    throw new UsageError("there is no terminal to ask for the password at: use --password-stdin");
  const first = await askHidden("Password: ");
  const second = await askHidden("Once more: ");
  if (first !== second) throw new UsageError("the two passwords differ");
  return first;
}

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of process.stdin) {
    const buffer = Buffer.from(chunk as Uint8Array | string); // stdin gives either, by its encoding
    bytes += buffer.length;
    if (bytes > MAX_STDIN_BYTES) throw new UsageError("standard input holds more than a password");
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function askHidden(prompt: string): Promise<string> {
  // readline echoes through its output: one that swallows everything keeps the password off the screen.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  process.stderr.write(prompt);
  return new Promise((resolve, reject) => {
    reader.once("SIGINT", () => {
      reader.close();
      reject(new UsageError("interrupted"));
    });
    reader.question("", (answer) => {
      reader.close();
      process.stderr.write("\n");
      resolve(answer);
    });
  });
}
