import type { IncomingMessage } from "node:http";

/** Node keeps only the first of repeated `Authorization` headers; the raw list has them all. */
export function authorizationValues({
  headers,
  rawHeaders,
}: Pick<IncomingMessage, "headers" | "rawHeaders">): readonly string[] {
  if (headers.authorization === undefined) return [];
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === "authorization") values.push(rawHeaders[index + 1] ?? "");
  }
  return values;
}
