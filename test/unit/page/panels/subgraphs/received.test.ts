import { describe, expect, it } from "vitest";
import type { ReceivedRequest } from "../../../../../src/http/page/contract.js";
import {
  identityText,
  isSchemaRequest,
  loadRequests,
  MAX_REQUESTS,
  withRequests,
} from "../../../../../src/page/panels/subgraphs/received.js";

const aRequest = (number: number, identity: ReceivedRequest["identity"] = { kind: "anonymous" }) => ({
  number,
  at: 0,
  subgraph: "accounts",
  operation: "{ me { id } }",
  headerNames: [],
  credentialDigest: null,
  identity,
});

describe("what the subgraphs received", () => {
  it("is listed newest first, each once, whether it came by the stream or was read", () => {
    const known = withRequests([], [aRequest(2), aRequest(3)]);
    expect(withRequests(known, [aRequest(1), aRequest(2)]).map(({ number }) => number)).toEqual([3, 2, 1]);
  });

  it("is bounded: the oldest make room", () => {
    const many = Array.from({ length: MAX_REQUESTS + 5 }, (_, at) => aRequest(at));
    const kept = withRequests([], many);
    expect(kept).toHaveLength(MAX_REQUESTS);
    expect(kept.at(-1)?.number).toBe(5);
  });

  it("tells the gateway's own requests for the schema from those of callers", () => {
    const sdl = { ...aRequest(1), operation: "query CardeaSubgraphSdl { _service { sdl } }" };
    expect(isSchemaRequest(sdl)).toBe(true);
    expect(isSchemaRequest({ ...aRequest(1), operation: "{ customer_services { id } }" })).toBe(false);
  });

  it("says as whom the caller was seen", () => {
    const user = { kind: "user", subject: "u1", audience: "accounts", issuer: "i", scopes: [] } as const;
    expect(identityText(aRequest(1, user))).toBe("user u1, by a token of i for accounts, scopes: none");
    expect(identityText(aRequest(1))).toContain("nobody");
    expect(identityText(aRequest(1, { kind: "refused", reason: "expired" }))).toBe("refused: expired");
  });

  it("is read from the gateway, or says why not", async () => {
    const body = { last: 1, requests: [aRequest(1)] };
    expect(await loadRequests(async () => Response.json(body))).toEqual(body.requests);
    await expect(loadRequests(async () => new Response("", { status: 404 }))).rejects.toThrow("HTTP 404");
  });
});
