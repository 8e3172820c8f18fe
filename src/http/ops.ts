import { json } from "./answer.js";
import type { Route } from "./router.js";

/** The result of one readiness check. `detail` holds no secret and no address. */
export interface Check {
  readonly ok: boolean;
  readonly detail?: string;
}

export interface OpsOptions {
  /** By name: supergraph, keys, store, revocations. */
  readonly checks: Readonly<Record<string, () => Check | Promise<Check>>>;
  /** Prometheus text. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
  /** True until clients are served for the first time. Default: never. */
  readonly starting?: () => boolean;
  readonly draining: () => boolean;
}

/** A check that takes longer has failed. */
const CHECK_TIMEOUT_MS = 1_000;

/**
 * The routes of the ops port. `/livez`: this process runs. `/readyz`: 200 when it should get traffic, else 503, with
 * the result of each check.
 *
 * A store that is down or refuses writes is reported, but does not make a gateway unready. Ordinary reads still work
 * (docs/spec/sessions.md §6.1), and taking every gateway out of rotation at once would turn a degraded service into an
 * outage. A gateway that starts while the store is down is unready: it does not know what was revoked before.
 */
export function opsRoutes(options: OpsOptions): readonly Route[] {
  const get = (name: string, path: string, handle: Route["handle"]): Route => ({
    name,
    path,
    methods: ["GET", "HEAD"],
    handle,
  });
  return [
    get("livez", "/livez", () => json(200, { status: "ok" })),
    get("readyz", "/readyz", async () => {
      const names = Object.keys(options.checks);
      const results = await Promise.all(names.map((name) => run(options.checks[name])));
      const checks = Object.fromEntries(names.map((name, index) => [name, results[index]]));
      const failing = names.filter((_, index) => results[index]?.ok !== true);
      const isServing = !options.draining() && options.starting?.() !== true;
      const ready = isServing && failing.every((name) => DEGRADES_ONLY.has(name));
      const status = options.draining()
        ? "draining"
        : !ready
          ? "unready"
          : failing.length > 0
            ? "degraded"
            : "ready";
      return json(ready ? 200 : 503, { status, checks });
    }),
    get("metrics", "/metrics", async () => {
      const { contentType, text } = await options.metrics();
      return { status: 200, headers: [["content-type", contentType]], body: text };
    }),
  ];
}

const DEGRADES_ONLY: ReadonlySet<string> = new Set(["store", "revocations"]);

async function run(check: (() => Check | Promise<Check>) | undefined): Promise<Check> {
  if (check === undefined) return { ok: false };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Check>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: "no answer in time" }), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([Promise.resolve(check()), late]);
  } catch {
    return { ok: false, detail: "failed" };
  } finally {
    clearTimeout(timer);
  }
}
