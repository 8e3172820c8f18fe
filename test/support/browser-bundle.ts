import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";

export interface BrowserBundle {
  /** Texts by file name; the entry is `entry.js`. */
  readonly files: ReadonlyMap<string, string>;
  /** What is loaded at once, minified and gzipped. Parts that are imported when they are needed do not count. */
  readonly firstBytes: number;
  /** The same for all parts together. */
  readonly allBytes: number;
}

const ENTRY = "virtual:entry";
const gzipped = (text: string): number => gzipSync(text, { level: 9 }).length;

/**
 * Bundles a module for browsers, as an application's build does.
 *
 * @param code - the text of the entry; it imports by absolute paths and package names
 * @param external - packages that stay out
 */
export async function bundleForBrowser(
  code: string,
  external: readonly string[] = [],
): Promise<BrowserBundle> {
  const { output } = (await build({
    configFile: false,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": JSON.stringify("production") },
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === ENTRY ? `\0${ENTRY}` : undefined),
        load: (id) => (id === `\0${ENTRY}` ? code : undefined),
      },
    ],
    ssr: { noExternal: true, resolve: { conditions: ["browser", "module", "import", "default"] } },
    build: {
      write: false,
      minify: true,
      target: "es2022",
      // Without what Vite adds for the preloading of chunks: that is not ours.
      ssr: true,
      rolldownOptions: {
        input: { entry: ENTRY },
        external: [...external],
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "entry.js", chunkFileNames: "[name]-[hash].js" },
      },
    },
  })) as Rolldown.RolldownOutput; // one output, not watched
  const chunks = new Map(
    output.flatMap((part) => (part.type === "chunk" ? [[part.fileName, part] as const] : [])),
  );
  const first = new Set(["entry.js"]);
  for (const name of first) for (const next of chunks.get(name)?.imports ?? []) first.add(next);
  const textOf = (name: string): string => chunks.get(name)?.code ?? "";
  return {
    files: new Map([...chunks].map(([name, { code: text }]) => [name, text])),
    firstBytes: gzipped([...first].map(textOf).join("")),
    allBytes: gzipped([...chunks.keys()].map(textOf).join("")),
  };
}
