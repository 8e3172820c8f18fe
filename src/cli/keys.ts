import type { Command } from "commander";
import { ConfigError } from "../domain/errors.js";
import type { KeyRecord } from "../tokens/key-record.js";
import { readSecretFile, replaceSecretFile, writeNewSecretFile } from "./files.js";
import { EXIT, type ExitCode, printResult, UsageError } from "./output.js";
import type { RegisterVerb, VerbInput } from "./verb.js";

interface NewOptions {
  readonly out: string;
  readonly alg: string;
}

interface FileOptions {
  readonly file: string;
}

/** `cardea keys new | list | rotate | retire`: private signing keys as JWK files, readable by their owner only. */
export const registerKeys: RegisterVerb = (program, context) => {
  const keys = program.command("keys").description("signing keys: new, list, rotate, retire");
  context.run<NewOptions>(
    keys
      .command("new")
      .description("write a new private key to a file that does not exist yet (mode 0600) and print its id")
      .option("--out <file>", "output file", DEFAULT_FILE)
      .option("--alg <algorithm>", "ES256, RS256, PS256 or EdDSA", "ES256"),
    newKey,
  );
  context.run<FileOptions>(
    withFile(
      keys.command("list").description("list the keys of a file: ids and times, never the keys themselves"),
    ),
    listKeys,
  );
  context.run<FileOptions & { readonly alg: string; readonly leadSeconds: string | undefined }>(
    withFile(
      keys
        .command("rotate")
        .description("add a key that signs after a lead time; running gateways read it without a restart")
        .option("--alg <algorithm>", "ES256, RS256, PS256 or EdDSA", "ES256")
        .option("--lead-seconds <seconds>", "how long the key is published before it signs"),
    ),
    rotate,
  );
  context.run<FileOptions & { readonly kid: string }>(
    withFile(
      keys
        .command("retire")
        .description("retire a leaked key: tokens that it signed are refused from now on")
        .requiredOption("--kid <id>", "id of the key"),
    ),
    retire,
  );
};

/** `keys new` writes this file by default, and the other commands read it by default. */
const DEFAULT_FILE = "cardea.key.json";

const withFile = (command: Command): Command => command.option("--file <file>", "the key file", DEFAULT_FILE);

async function generateKeyOf(alg: string): Promise<KeyRecord> {
  const { isSigningAlgorithm, SIGNING_ALGORITHMS } = await import("../tokens/algorithms.js");
  if (!isSigningAlgorithm(alg))
    throw new UsageError(`--alg ${alg} is not one of ${SIGNING_ALGORITHMS.join(", ")}`);
  const { generateKey } = await import("../tokens/generate-key.js");
  return generateKey(alg);
}

async function newKey({ options, terminal }: VerbInput<NewOptions>): Promise<ExitCode> {
  const key = await generateKeyOf(options.alg);
  const { formatKeyFile } = await import("../tokens/key-file.js");
  await writeNewSecretFile(options.out, formatKeyFile([key]));
  printResult(
    terminal,
    options.json === true,
    { kid: key.kid, algorithm: key.algorithm, file: options.out },
    () => [
      `${key.kid}`,
      `A private ${key.algorithm} key was written to ${options.out}; only you can read it.`,
      "Add it to the configuration under one of these settings; each needs its own key:",
      `  tokens: { keys: [${JSON.stringify(options.out)}] }    # signs access tokens`,
      `  identity: { keys: [${JSON.stringify(options.out)}] }  # signs the caller's identity for subgraphs`,
    ],
  );
  return EXIT.ok;
}

async function readKeys(file: string): Promise<readonly KeyRecord[]> {
  const { parseKeyFile } = await import("../tokens/key-file.js");
  return parseKeyFile(await readSecretFile(file), file);
}

async function listKeys({ options, terminal }: VerbInput<FileOptions>): Promise<ExitCode> {
  const listed = (await readKeys(options.file)).map(({ kid, algorithm, activeFrom, retiredAt }) => ({
    kid,
    algorithm,
    activeFrom,
    ...(retiredAt === undefined ? {} : { retiredAt }),
  }));
  printResult(terminal, options.json === true, { file: options.file, keys: listed }, () =>
    listed.map(
      ({ kid, algorithm, activeFrom, retiredAt }) =>
        `${kid}  ${algorithm}  active from ${timeText(activeFrom)}${retiredAt === undefined ? "" : `, retired ${timeText(retiredAt)}`}`,
    ),
  );
  return EXIT.ok;
}

async function rotate({
  options,
  terminal,
}: VerbInput<
  FileOptions & { readonly alg: string; readonly leadSeconds?: string | undefined }
>): Promise<ExitCode> {
  const { ROTATION_LEAD_SECONDS, rotateKeys } = await import("../tokens/key-rotation.js");
  const lead = options.leadSeconds === undefined ? ROTATION_LEAD_SECONDS : Number(options.leadSeconds);
  if (!Number.isSafeInteger(lead) || lead < 0)
    throw new UsageError(
      `--lead-seconds ${options.leadSeconds}: allowed is a whole number of seconds, 0 or more`,
    );
  const { formatKeyFile } = await import("../tokens/key-file.js");
  const before = await readKeys(options.file);
  const fresh = await generateKeyOf(options.alg);
  const after = rotateKeys(before, fresh, nowSeconds(), lead);
  await replaceSecretFile(options.file, formatKeyFile(after));
  const activeFrom = after.at(-1)?.activeFrom ?? 0;
  printResult(terminal, options.json === true, { file: options.file, kid: fresh.kid, activeFrom }, () => [
    `${fresh.kid}`,
    `It is published now and signs from ${timeText(activeFrom)}. Remove older keys once every token they signed has expired.`,
  ]);
  return EXIT.ok;
}

async function retire({
  options,
  terminal,
}: VerbInput<FileOptions & { readonly kid: string }>): Promise<ExitCode> {
  const { retireKey } = await import("../tokens/key-rotation.js");
  const { formatKeyFile } = await import("../tokens/key-file.js");
  const before = await readKeys(options.file);
  const after = refuseMisuse(options.file, () => retireKey(before, options.kid, nowSeconds()));
  await replaceSecretFile(options.file, formatKeyFile(after));
  printResult(terminal, options.json === true, { file: options.file, kid: options.kid }, () => [
    `${options.kid} is retired: tokens that it signed are refused as soon as the gateways have read the file again.`,
  ]);
  return EXIT.ok;
}

/** Turns the TypeError of `retireKey` into a problem with a fix. */
function refuseMisuse<Result>(file: string, act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ConfigError([
      {
        kind: "BAD_KEY",
        where: file,
        found: error.message,
        allowed: "a key of this file, while another key remains to sign",
        fix: "run `cardea keys list`; add a key with `cardea keys rotate --lead-seconds 0` first",
      },
    ]);
  }
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const timeText = (seconds: number): string =>
  seconds === 0 ? "the start" : new Date(seconds * 1000).toISOString();
