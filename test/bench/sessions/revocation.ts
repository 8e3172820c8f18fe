import { fork } from "node:child_process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Authenticated } from "../../../src/domain/principal.js";
import { aRequestOrigin, PASSWORD } from "../../support/session-bench.js";
import { percentile, significant } from "../support/statistics.js";
import { createStack, userNames } from "./stack.js";

const WATCHER = fileURLToPath(new URL("./revocation-watcher.ts", import.meta.url));
const BURST = 200;

export interface RevocationTimes {
  readonly p50: number;
  readonly p99: number;
  /** Of {@link BURST} revocations started at once. */
  readonly burstP99: number;
}

interface WatcherMessage {
  readonly ready?: boolean;
  readonly seen?: readonly { readonly id: string; readonly seenNs: string }[];
}

/**
 * The time from the request of a revocation until another process knows of it, in milliseconds of wall clock. The
 * acknowledgement of the revoking gateway is in between.
 */
export async function revocationTimes(
  redisUrl: string,
  singles: number,
  bursts: number,
): Promise<RevocationTimes> {
  const users = userNames(Math.max(singles, BURST));
  const stack = await createStack(redisUrl, users);
  const watcher = fork(WATCHER, [redisUrl], {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  try {
    const seen = new Map<string, bigint>();
    await new Promise<void>((resolve, reject) => {
      watcher.once("exit", (code) => reject(new Error(`the watcher ended with ${code}`)));
      // The loader uses the same channel; ignore its messages.
      watcher.on("message", (message: WatcherMessage) => {
        if (message.ready === true) resolve();
        for (const { id, seenNs } of message.seen ?? []) seen.set(id, BigInt(seenNs));
      });
    });
    const origin = aRequestOrigin();
    const signIn = async (username: string): Promise<Authenticated> => {
      const { pair } = await stack.service.login({ username, password: PASSWORD }, origin);
      const outcome = await stack.verifier.verify(pair.accessToken);
      if (outcome.kind !== "verified") throw new Error("our own token was refused");
      return outcome.principal;
    };
    const revoke = async (principal: Authenticated): Promise<number> => {
      const started = process.hrtime.bigint();
      const { status, revoked } = await stack.service.revoke(principal, undefined, origin);
      if (status !== "DONE" || revoked !== 1) throw new Error(`a revocation answered ${status}, ${revoked}`);
      const at = await arrival(seen, principal.sessionId ?? "");
      return Number(at - started) / 1e6;
    };
    const times: number[] = [];
    for (let index = 0; index < singles; index += 1) {
      const principal = await signIn(users[index] ?? "");
      // Not in step with the polls of the log.
      await pause(Math.random() * 10);
      times.push(await revoke(principal));
    }
    const burstTimes: number[] = [];
    for (let burst = 0; burst < bursts; burst += 1) {
      const principals = await Promise.all(users.slice(0, BURST).map(signIn));
      burstTimes.push(...(await Promise.all(principals.map(revoke))));
    }
    return {
      p50: significant(percentile(times, 0.5)),
      p99: significant(percentile(times, 0.99)),
      burstP99: significant(percentile(burstTimes, 0.99)),
    };
  } finally {
    watcher.kill("SIGTERM");
    await stack.close();
  }
}

async function arrival(seen: ReadonlyMap<string, bigint>, id: string): Promise<bigint> {
  const giveUpAt = Date.now() + 10_000;
  for (;;) {
    const at = seen.get(id);
    if (at !== undefined) return at;
    if (Date.now() > giveUpAt) throw new Error("a revocation never arrived at the other process");
    // The time is the watcher's: looking more often would only take CPU from what is measured.
    await pause(50);
  }
}
