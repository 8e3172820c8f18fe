import type { IncomingMessage } from "node:http";

/** Accepts only uncompressed JSON in UTF-8, which a browser cannot send to another site without a preflight. */
export function contentProblem({ headers }: Pick<IncomingMessage, "headers">): string | undefined {
  // Fast path: nearly every client sends exactly this.
  if (headers["content-type"] === "application/json" && headers["content-encoding"] === undefined) return;
  const [type = "", ...parameters] = (headers["content-type"] ?? "").toLowerCase().split(";");
  if (type.trim() !== "application/json") return "Unsupported content-type. Allowed: application/json.";
  const charset = parameters.map((parameter) => parameter.trim()).find((each) => each.startsWith("charset="));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset))
    return "Unsupported charset. Allowed: UTF-8.";
  const encoding = headers["content-encoding"] ?? "identity";
  return encoding === "identity" ? undefined : "Unsupported content-encoding. Send the body uncompressed.";
}
