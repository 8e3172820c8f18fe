import { FaultError } from "../domain/errors.js";
import { MAX_METADATA_BYTES, type Session } from "../domain/session.js";

/**
 * Session metadata as the store keeps it; nothing for an empty object.
 *
 * @throws FaultError `INTERNAL_SERVER_ERROR` for what is no JSON object of at most {@link MAX_METADATA_BYTES}: it comes
 *   from the user directory, never from a client, and a session that forgets half of it would be worse
 */
export function writeMetadata(metadata: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (metadata === undefined || Object.keys(metadata).length === 0) return undefined;
  const text = metadataText(metadata);
  if (text === undefined) throw refused("no JSON object");
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_METADATA_BYTES) throw refused(`${bytes} bytes of JSON`);
  return text;
}

/** @returns an empty object for a session without any */
export function readMetadata({ metadata }: Session): Readonly<Record<string, unknown>> {
  const value: unknown = metadata === undefined ? {} : JSON.parse(metadata);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

const metadataText = (metadata: unknown): string | undefined => {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return undefined;
  try {
    return JSON.stringify(metadata);
  } catch {
    // Circles and big integers. What they are is not told: it may be personal.
    return undefined;
  }
};

const refused = (found: string): FaultError =>
  new FaultError(
    "INTERNAL_SERVER_ERROR",
    `session metadata is ${found}; allowed is a JSON object of at most ${MAX_METADATA_BYTES} bytes: keep less of the login`,
  );
