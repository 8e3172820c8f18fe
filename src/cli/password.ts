import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Writable } from "node:stream";
import { ConfigError } from "../domain/errors.js";
import { UsageError } from "./output.js";

const MAX_STDIN_BYTES = 65_536;
const MIN_PASSWORD_CHARACTERS = 8;

/** The input of a password and the output of its prompt; default: the terminal of this process. */
export interface Keyboard {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly prompt: { write(text: string): unknown };
}

const ownKeyboard: Keyboard = { input: process.stdin, prompt: process.stderr };

/**
 * Reads a password from one line of standard input, or typed twice at a terminal without echo. It is never read from an
 * argument, because every process of the machine can see arguments.
 *
 * @throws UsageError without a terminal, or when the two inputs differ
 */
export async function readPassword(fromStdin: boolean, keyboard: Keyboard = ownKeyboard): Promise<string> {
  if (fromStdin) return (await readAll(keyboard.input)).replace(/\r?\n$/, "");
  if (keyboard.input.isTTY !== true)
    throw new UsageError("there is no terminal to type the password: use --password-stdin");
  const first = await askHidden("Password: ", keyboard);
  const second = await askHidden("Once more: ", keyboard);
  if (first !== second) throw new UsageError("the two passwords differ");
  return first;
}

/** Reads a new password for a user. @throws ConfigError when it is too short or too long · UsageError */
export async function readNewPassword(fromStdin: boolean): Promise<string> {
  const { isTooLong, MAX_PASSWORD_BYTES } = await import("../credentials/password-hash.js");
  const password = await readPassword(fromStdin);
  const isShort = password.length < MIN_PASSWORD_CHARACTERS;
  if (!isShort && !isTooLong(password)) return password;
  throw new ConfigError([
    {
      kind: "BAD_PASSWORD",
      where: "password",
      found: isShort ? `${password.length} characters` : "too many bytes",
      allowed: `${MIN_PASSWORD_CHARACTERS} characters to ${MAX_PASSWORD_BYTES} bytes`,
      fix: "choose another password",
    },
  ]);
}

async function readAll(input: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const buffer = Buffer.from(chunk as Uint8Array | string); // a stream gives either, by its encoding
    bytes += buffer.length;
    if (bytes > MAX_STDIN_BYTES) throw new UsageError("standard input holds more than one line of text");
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function askHidden(question: string, { input, prompt }: Keyboard): Promise<string> {
  // readline echoes to its output, so an output that discards everything keeps the password hidden.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input, output: silent, terminal: true });
  prompt.write(question);
  return new Promise((resolve, reject) => {
    reader.once("SIGINT", () => {
      reader.close();
      reject(new UsageError("interrupted"));
    });
    reader.question("", (answer) => {
      reader.close();
      prompt.write("\n");
      resolve(answer);
    });
  });
}
