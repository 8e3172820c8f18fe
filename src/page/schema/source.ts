import type { SessionView } from "../state/session-view.js";
import { createStore, type Store } from "../state/store.js";
import type { AskSchema } from "./client.js";
import type { LoadInput, LoadOutcome } from "./protocol.js";

export type SchemaStatus = { readonly kind: "idle" } | { readonly kind: "loading" } | LoadOutcome;

/** The schema as the present caller may see it. */
export interface SchemaSource {
  readonly ask: AskSchema;
  readonly status: Store<SchemaStatus>;
  /** Loads it when a panel needs it for the first time; afterwards it follows the caller and the graph by itself. */
  readonly start: () => void;
  readonly reload: () => Promise<void>;
}

interface SchemaSourceOptions {
  readonly ask: AskSchema;
  /** What to load, and for whom. */
  readonly input: () => Promise<LoadInput>;
  /** Changes when the schema may be another one: the caller, or the graph. */
  readonly key: () => string;
  /** Calls the listener whenever the key may have changed. */
  readonly watch: (listener: () => void) => void;
  /** Calls back when the page has nothing better to do: the first paint goes before the schema. */
  readonly whenIdle: (callback: () => void) => void;
}

export function createSchemaSource({ ask, input, key, watch, whenIdle }: SchemaSourceOptions): SchemaSource {
  const status = createStore<SchemaStatus>({ kind: "idle" });
  let loadedFor: string | undefined;
  let loads = 0;
  const reload = async (): Promise<void> => {
    loadedFor = key();
    loads += 1;
    const call = loads;
    status.set({ kind: "loading" });
    const outcome = await input()
      .then((of) => ask("load", of))
      .catch((error: unknown): LoadOutcome => ({ kind: "refused", message: String(error) }));
    if (call === loads) status.set(outcome);
  };
  return {
    ask,
    status,
    reload,
    start: () => {
      if (loadedFor !== undefined) return;
      loadedFor = key();
      whenIdle(() => void reload());
      watch(() => {
        if (key() !== loadedFor) void reload();
      });
    },
  };
}

/** What of the caller decides which schema they see. A refresh alone changes none of it. */
export function callerKey(view: SessionView): string {
  if (view.kind === "signedOut") return "";
  const { claims } = view;
  return JSON.stringify([claims?.subject, claims?.scopes, claims?.authTimeSeconds]);
}
