import type { RawCredential, RequestContext } from "../federation/request/request-context.js";
import { readCredential } from "../server/context.js";
import type { OperationResponse } from "../server/refusal.js";
import type { GraphQLServer } from "../server/server.js";
import type { Delivery, PresentedProof, ProofReader } from "../sessions/delivery.js";
import type { Answer } from "./answer.js";
import { authorizationValues } from "./authorization-header.js";
import { combine } from "./batch.js";
import { readBody } from "./body.js";
import { addressOf } from "./client-address.js";
import { contentProblem } from "./content-problem.js";
import type { CookieMode } from "./cookie-mode.js";
import { bearerDelivery } from "./delivery.js";
import type { Exchange, Handler } from "./exchange.js";
import { parseJson } from "./parse-json.js";
import { joined, withNonce } from "./proof.js";
import { refusal } from "./refusals.js";

export interface GraphQLRouteOptions {
  readonly server: GraphQLServer;
  readonly maxBodyBytes: number;
  readonly trustedProxies: number;
  /** Operations in one POST; 0: arrays are refused. */
  readonly maxBatch: number;
  /** Reads DPoP proofs. Absent: none is valid. */
  readonly proofs?: ProofReader | undefined;
  /** Absent: no client receives its tokens in cookies. */
  readonly cookies?: CookieMode | undefined;
}

/** `/graphql`: reads the request within its limits and passes it to the GraphQL server. */
export function graphqlRoute(options: GraphQLRouteOptions): Handler {
  return async (exchange) => {
    const { request } = exchange;
    const credential = readCredential(authorizationValues(request), request.socket);
    const judged = options.cookies?.(exchange, credential.kind !== "none");
    // Before the body is read: nothing of a request from a wrong origin is looked at.
    if (judged?.kind === "refused") return judged.answer;
    if (judged?.kind !== "cookies")
      return answer(options, { exchange, credential, delivery: bearerDelivery, claimTokens: undefined });
    const { delivery } = judged;
    const { claim } = delivery;
    return judged.finish(
      await answer(options, { exchange, credential: judged.credential, delivery, claimTokens: claim }),
    );
  };
}

/** One HTTP request, with the credential that counts and the way tokens are sent back. */
interface Received {
  readonly exchange: Exchange;
  readonly credential: RawCredential;
  readonly delivery: Delivery;
  readonly claimTokens: RequestContext["claimTokens"] | undefined;
}

async function answer(options: GraphQLRouteOptions, received: Received): Promise<Answer> {
  const { exchange } = received;
  const { request } = exchange;
  if (exchange.method !== "POST")
    return withProof(options, exchange, (proof) => run(options, received, proof));
  const typeProblem = contentProblem(request);
  if (typeProblem !== undefined) return { ...refusal(request, 415, typeProblem), close: true };
  const body = await readBody(request, options.maxBodyBytes);
  if (body.kind === "tooLarge") {
    return {
      ...refusal(request, 413, `The body is too large. Allowed: ${options.maxBodyBytes} bytes.`),
      close: true,
    };
  }
  if (body.kind === "gone")
    return { ...refusal(request, 400, "The request body ended before it was complete."), close: true };
  if (body.kind === "notText") return refusal(request, 400, "The body is not UTF-8.");
  const parsed = parseJson(body.text);
  if (parsed.kind === "refused") return refusal(request, 400, parsed.message);
  const { value } = parsed;
  return withProof(options, exchange, (proof) =>
    Array.isArray(value) ? runBatch(options, received, proof, value) : run(options, received, proof, value),
  );
}

/** Runs the operations of a request with its proof, and adds the nonce that the client needs next (RFC 9449 §8.2). */
async function withProof(
  { proofs }: GraphQLRouteOptions,
  { request, method, path, requestId }: Exchange,
  run: (proof: PresentedProof | undefined) => Promise<Answer>,
): Promise<Answer> {
  const header = request.headers["dpop"];
  const proof = proofs?.read(joined(header), method, path, requestId);
  return withNonce(await run(proof), proof);
}

async function runBatch(
  options: GraphQLRouteOptions,
  received: Received,
  proof: PresentedProof | undefined,
  members: readonly unknown[],
): Promise<Answer> {
  const { request, requestId } = received.exchange;
  if (options.maxBatch === 0) return refusal(request, 400, "Operation batching disabled.");
  if (members.length === 0) return refusal(request, 400, "No operations found in request.");
  if (members.length > options.maxBatch) {
    return refusal(request, 400, `The batch has ${members.length} operations. Allowed: ${options.maxBatch}.`);
  }
  return combine(
    await Promise.all(
      members.map((member, index) => run(options, received, proof, member, `${requestId}.${index}`)),
    ),
  );
}

function run(
  { server, trustedProxies }: GraphQLRouteOptions,
  { exchange, credential, delivery, claimTokens }: Received,
  proof: PresentedProof | undefined,
  body?: unknown,
  operationId = exchange.requestId,
): Promise<OperationResponse> {
  const { request, disconnect, method, search, receivedAtMs, client } = exchange;
  return server.execute({
    method,
    headers: request.headers,
    search,
    body,
    credential,
    claimTokens,
    requestId: operationId,
    address: addressOf(exchange, trustedProxies),
    signal: disconnect,
    proof,
    delivery,
    client,
    receivedAtMs,
  });
}
