import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** One file of the built page, as it is sent. */
export interface BuiltFile {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Absent when it saves nothing. */
  readonly gzipped: Uint8Array | undefined;
  /** Quoted (RFC 9110 §8.8.3). */
  readonly etag: string;
}

/** The page as Vite built it. */
export interface BuiltPage {
  readonly index: BuiltFile;
  /** By name below `/_cardea/page/`. Nothing else can be reached. */
  readonly files: ReadonlyMap<string, BuiltFile>;
}

/** What the build makes. A file of another kind is not served. */
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
};

/** Already compressed. */
const DENSE = new Set([".png", ".ico", ".woff2"]);

const compress = promisify(gzip);

/**
 * Reads the built page once, with every file in memory.
 *
 * @param folder - what Vite wrote: `index.html`, and the files that it refers to as `/_cardea/page/<name>`
 * @returns undefined when there is no `index.html`: the page was not built
 */
export const readBuiltPage = async (folder: string): Promise<BuiltPage | undefined> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, "/").length))
    .filter((name) => /^[\w][\w.-]*(\/[\w][\w.-]*)*$/.test(name) && TYPES[extname(name)] !== undefined);
  const files = new Map(
    await Promise.all(names.map(async (name) => [name, await readOne(join(folder, name))] as const)),
  );
  const index = files.get("index.html");
  files.delete("index.html");
  return index === undefined ? undefined : { index, files };
};

const readOne = async (path: string): Promise<BuiltFile> => {
  const bytes = await readFile(path);
  const dense = DENSE.has(extname(path));
  const gzipped = dense ? undefined : await compress(bytes, { level: 9 });
  return {
    type: TYPES[extname(path)] ?? "application/octet-stream",
    bytes,
    gzipped: gzipped !== undefined && gzipped.length < bytes.length ? gzipped : undefined,
    etag: `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`,
  };
};
