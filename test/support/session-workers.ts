import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Authenticated } from "../../src/domain/principal.js";
import type { ServicePolicy } from "../../src/sessions/dependencies.js";

export type PlainPrincipal = Omit<Authenticated, "scopes">;

/** The configuration of one process. */
export interface WorkerSettings {
  readonly url: string;
  readonly commandTimeoutMs?: number;
  readonly horizonSeconds?: number;
  readonly peppers?: readonly { readonly id: number; readonly secret: string }[];
  readonly policy?: ServicePolicy;
  readonly users?: readonly string[];
}

export type WorkerRequest =
  | { readonly do: "isDegraded" | "events" | "pending" | "stop" }
  | { readonly do: "login"; readonly username?: string }
  | { readonly do: "refresh" | "principal"; readonly token: string }
  | {
      readonly do: "reauthenticate" | "revoke" | "revokeAll" | "isRevoked";
      readonly principal: PlainPrincipal;
    }
  | { readonly do: "revokedAt"; readonly session: string };

export interface WorkerAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: { readonly code?: string | undefined; readonly details?: unknown };
}

/** One process that shares nothing with the others but Redis. */
export interface SessionWorker {
  /** @throws the refusal's code and details */
  ask<Value>(request: WorkerRequest): Promise<Value>;
  login(): Promise<{ readonly token: string; readonly session: string; readonly principal: PlainPrincipal }>;
  refresh(token: string): Promise<string>;
  close(): Promise<void>;
}

export async function startWorker(settings: WorkerSettings): Promise<SessionWorker> {
  const worker = fileURLToPath(new URL("session-worker.ts", import.meta.url));
  const child: ChildProcess = fork(worker, [JSON.stringify(settings)], { execArgv: ["--import", "tsx"] });
  const waiting = new Map<number, (answer: WorkerAnswer) => void>();
  let last = 0;
  const ready = new Promise<void>((resolve, reject) => {
    waiting.set(0, () => resolve());
    child.once("exit", (code) => reject(new Error(`the worker ended with ${code}`)));
  });
  child.on("message", (answer: WorkerAnswer) => waiting.get(answer.id)?.(answer));
  await ready;
  const ask = <Value>(request: WorkerRequest): Promise<Value> =>
    new Promise((resolve, reject) => {
      last += 1;
      const id = last;
      waiting.set(id, ({ value, error }) => {
        waiting.delete(id);
        // The value has the type that the worker declares; it was sent as JSON.
        if (error === undefined) resolve(value as Value);
        else reject(error);
      });
      child.send({ id, request });
    });
  return {
    ask,
    async login() {
      const grant = await ask<{
        pair: { accessToken: string; refreshToken: string };
        session: { id: string };
      }>({
        do: "login",
      });
      const principal = await ask<PlainPrincipal>({ do: "principal", token: grant.pair.accessToken });
      return { token: grant.pair.refreshToken, session: grant.session.id, principal };
    },
    refresh: async (token) => (await ask<{ refreshToken: string }>({ do: "refresh", token })).refreshToken,
    async close() {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

export const startWorkers = (url: string, count: number): Promise<SessionWorker[]> =>
  Promise.all(Array.from({ length: count }, () => startWorker({ url })));
