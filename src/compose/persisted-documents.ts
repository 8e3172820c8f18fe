import { readFile } from "node:fs/promises";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import type { PersistedDocuments } from "../server/persisted-documents.js";

/**
 * Reads the persisted documents: a map of id → text, or the manifest of Apollo's tools
 * (`{ "operations": [{ "id", "body" }] }`).
 *
 * @throws ConfigError when the file is neither
 */
export async function openPersistedDocuments({
  server,
}: CardeaConfig): Promise<PersistedDocuments | undefined> {
  const settings = server.persistedDocuments;
  if (settings === undefined) return undefined;
  let entries: readonly (readonly [unknown, unknown])[] | undefined;
  try {
    entries = entriesOf(JSON.parse(await readFile(settings.path, "utf8")));
  } catch {
    entries = undefined;
  }
  const byId = new Map<string, string>();
  for (const [id, text] of entries ?? [])
    if (typeof id === "string" && typeof text === "string") byId.set(id, text);
  if (entries === undefined || byId.size !== entries.length) {
    throw new ConfigError([
      {
        kind: "BAD_PERSISTED_DOCUMENTS",
        where: `server.persistedDocuments.path: ${settings.path}`,
        found: "a file that cannot be read, is not JSON or has another format",
        allowed: 'JSON: { "<id>": "<document>" }, or { "operations": [{ "id", "body" }] }, each id once',
        fix: "generate it again with the build of your client",
      },
    ]);
  }
  return { byId, only: settings.only };
}

function entriesOf(value: unknown): readonly (readonly [unknown, unknown])[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const operations = (value as { readonly operations?: unknown }).operations;
  if (!Array.isArray(operations)) return Object.entries(value);
  return operations.map((operation: unknown) => {
    const { id, body } = (operation ?? {}) as { readonly id?: unknown; readonly body?: unknown };
    return [id, body] as const;
  });
}
