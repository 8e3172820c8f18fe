import { createHash } from "node:crypto";
import { type FSWatcher, watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { ConfigError } from "../../domain/errors.js";

/** A source of supergraph SDL. */
export interface SupergraphSource {
  /** @throws ConfigError `UNREADABLE_SUPERGRAPH` */
  load(): Promise<string>;
  /** Calls the listener when there may be a new supergraph. @returns a function that stops watching */
  watch(onChange: () => void): () => void;
}

export interface SourceSettings {
  /** For URLs, and files that cannot be watched. Default 10 000. */
  readonly pollIntervalMs?: number;
  /** For URLs. Default 10 000. */
  readonly deadlineMs?: number;
  /** Default 32 MiB. */
  readonly maxBytes?: number;
}

/** A text that never changes, for tests and supergraphs composed in this process. */
export const fixedSource = (supergraphSdl: string): SupergraphSource => ({
  load: () => Promise.resolve(supergraphSdl),
  watch: () => () => undefined,
});

/**
 * A file. Its folder is watched, since most tools replace the file instead of writing into it. When the folder cannot be
 * watched (it does not exist yet, or there are too many watches), the file is polled.
 */
export const fileSource = (path: string, settings: SourceSettings = {}): SupergraphSource => ({
  async load() {
    try {
      return await readFile(path, "utf8");
    } catch {
      throw unreadable(path, "a file that cannot be read", "an existing, readable file");
    }
  },
  watch(onChange) {
    const name = basename(path);
    let timer: NodeJS.Timeout | undefined;
    let stopPolling: (() => void) | undefined;
    const fallBackToPolling = (): void => {
      stopPolling ??= poll(onChange, settings);
    };
    const watcher = watchFolder(dirname(path), fallBackToPolling, (changed) => {
      // Kubernetes mounts a file as a link into `..data`, and replaces that link.
      if (changed !== null && changed !== name && changed !== "..data") return;
      clearTimeout(timer);
      // One write causes several events, and the first may arrive before the last byte is written.
      timer = setTimeout(onChange, 100);
    });
    return () => {
      clearTimeout(timer);
      stopPolling?.();
      watcher?.close();
    };
  },
});

const watchFolder = (
  folder: string,
  onFailure: () => void,
  onChange: (changed: string | null) => void,
): FSWatcher | undefined => {
  try {
    const watcher = watch(folder, (_event, changed) => onChange(changed));
    watcher.on("error", onFailure);
    return watcher;
  } catch {
    onFailure();
    return undefined;
  }
};

const poll = (onChange: () => void, settings: SourceSettings): (() => void) => {
  const timer = setInterval(onChange, settings.pollIntervalMs ?? 10_000);
  timer.unref();
  return () => clearInterval(timer);
};

/** A URL, polled with its ETag. */
export const urlSource = (url: string, settings: SourceSettings = {}): SupergraphSource => {
  const maxBytes = settings.maxBytes ?? 32 * 1024 * 1024;
  let etag: string | undefined;
  let last: string | undefined;
  return {
    async load() {
      const response = await fetch(url, {
        redirect: "error",
        signal: AbortSignal.timeout(settings.deadlineMs ?? 10_000),
        headers: etag === undefined || last === undefined ? {} : { "if-none-match": etag },
      }).catch(() => {
        throw unreadable(url, "no answer", "a URL that answers with the supergraph's SDL");
      });
      if (response.status === 304 && last !== undefined) return last;
      if (!response.ok) throw unreadable(url, `status ${response.status}`, "status 200");
      const text = await boundedText(response, maxBytes);
      if (text === undefined) throw unreadable(url, `more than ${maxBytes} bytes`, "a smaller supergraph");
      etag = response.headers.get("etag") ?? undefined;
      last = text;
      return text;
    },
    watch: (onChange) => poll(onChange, settings),
  };
};

const boundedText = async (response: Response, maxBytes: number): Promise<string | undefined> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const unreadable = (where: string, found: string, allowed: string): ConfigError =>
  new ConfigError([
    { kind: "UNREADABLE_SUPERGRAPH", where, found, allowed, fix: "check the `supergraph` setting" },
  ]);

export const digestOf = (supergraphSdl: string): string =>
  createHash("sha256").update(supergraphSdl).digest("hex");
