import type { IncomingMessage } from "node:http";
import type { Answer } from "../answer.js";
import type { BuiltFile } from "./built-page.js";

type Header = readonly [string, string];

/** Sends a built file, compressed for those who can read that, or 304 to whom has it already. */
export const sendFile = (
  { headers }: Pick<IncomingMessage, "headers">,
  file: BuiltFile,
  more: readonly Header[],
): Answer => {
  const common: readonly Header[] = [["etag", file.etag], ["vary", "accept-encoding"], ...more];
  if (matches(headers["if-none-match"], file.etag)) return { status: 304, headers: common, body: "" };
  const { gzipped } = file;
  return gzipped !== undefined && acceptsGzip(headers["accept-encoding"])
    ? {
        status: 200,
        headers: [["content-type", file.type], ["content-encoding", "gzip"], ...common],
        body: gzipped,
      }
    : { status: 200, headers: [["content-type", file.type], ...common], body: file.bytes };
};

/** RFC 9110 §13.1.2: weak comparison. */
const matches = (header: string | undefined, etag: string): boolean =>
  (header ?? "").split(",").some((each) => {
    const tag = each.trim().replace(/^W\//, "");
    return tag === etag || tag === "*";
  });

/** RFC 9110 §12.5.3. Not a guess for clients that say nothing. */
const acceptsGzip = (header: string | string[] | undefined): boolean =>
  String(header ?? "")
    .split(",")
    .some((each) => {
      const [name = "", weight = "q=1"] = each.split(";").map((part) => part.trim().toLowerCase());
      return (name === "gzip" || name === "x-gzip") && !/^q=0(\.0{0,3})?$/.test(weight);
    });
