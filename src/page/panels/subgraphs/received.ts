import type { ReceivedAnswer, ReceivedRequest } from "../../../http/page/contract.js";

/** Requests that are kept. */
export const MAX_REQUESTS = 200;

/** The known requests and those that arrived, newest first, each once. */
export const withRequests = (
  known: readonly ReceivedRequest[],
  arrived: readonly ReceivedRequest[],
): readonly ReceivedRequest[] => {
  const all = new Map([...known, ...arrived].map((one) => [one.number, one]));
  return [...all.values()].sort((left, right) => right.number - left.number).slice(0, MAX_REQUESTS);
};

/** The gateway asks for the schema by itself, again and again: of interest to few. */
export const isSchemaRequest = ({ operation }: ReceivedRequest): boolean => /\b_service\b/.test(operation);

/** As whom the subgraph saw the caller, after it verified the gateway's token. */
export const identityText = ({ identity }: ReceivedRequest): string => {
  switch (identity.kind) {
    case "user":
      return `user ${identity.subject}, by a token of ${identity.issuer} for ${identity.audience}, scopes: ${
        identity.scopes.length === 0 ? "none" : identity.scopes.join(" ")
      }`;
    case "anonymous":
      return "nobody: no token was sent";
    case "refused":
      return `refused: ${identity.reason}`;
  }
};

/** All requests so far. @throws Error when the gateway does not answer */
export async function loadRequests(
  fetch: (url: string) => Promise<Response> = (url) => globalThis.fetch(url),
): Promise<readonly ReceivedRequest[]> {
  const response = await fetch("/_cardea/demo/received.json?after=0");
  if (!response.ok) throw new Error(`The gateway answered HTTP ${response.status}.`);
  return ((await response.json()) as ReceivedAnswer).requests; // from our own gateway
}
