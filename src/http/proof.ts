import type { PresentedProof } from "../sessions/delivery.js";
import type { Answer } from "./answer.js";

/** node:http joins repeated headers of this kind; its types do not know that. */
export const joined = (header: string | readonly string[] | undefined): string | undefined =>
  typeof header === "object" ? header.join(", ") : header;

/** Adds the nonce that the client needs for its next proof. Such a response must not be cached (RFC 9449 §8, §8.2). */
export function withNonce(answer: Answer, proof: PresentedProof | undefined): Answer {
  const nonce = proof?.nonce;
  if (nonce === undefined) return answer;
  const headers = new Map(answer.headers ?? []);
  return { ...answer, headers: headers.set("dpop-nonce", nonce).set("cache-control", "no-store") };
}
