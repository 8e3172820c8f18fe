import { FaultError } from "../domain/errors.js";
import { MAX_METADATA_BYTES, type Session } from "../domain/session.js";

/**
 * Session metadata as JSON text for the store; `undefined` for an empty object.
 *
 * @throws FaultError `INTERNAL_SERVER_ERROR` when it is not a JSON object of at most {@link MAX_METADATA_BYTES}. It
 * comes from the user directory, never from a client, and must not be cut
 */
export function writeMetadata(metadata: Readonly<Record<string, unknown>> | undefined): string | undefined {
  if (metadata === undefined || Object.keys(metadata).length === 0) return undefined;
  const text = metadataText(metadata);
  if (text === undefined) throw refused("not a JSON object");
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_METADATA_BYTES) throw refused(`${bytes} bytes of JSON`);
  return text;
}

/** @returns an empty object for a session without metadata */
export function readMetadata({ metadata }: Session): Readonly<Record<string, unknown>> {
  const value: unknown = metadata === undefined ? {} : JSON.parse(metadata);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

const metadataText = (metadata: unknown): string | undefined => {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return undefined;
  try {
    return JSON.stringify(metadata);
  } catch {
    // Circular references and BigInts. The error is not reported, because it may quote personal data.
    return undefined;
  }
};

const refused = (found: string): FaultError =>
  new FaultError(
    "INTERNAL_SERVER_ERROR",
    `the session metadata of the user directory is ${found}; allowed is a JSON object of at most ${MAX_METADATA_BYTES} bytes. Fix: return less in User.sessionMetadata`,
  );
