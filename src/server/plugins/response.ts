import type { ApolloServerPlugin } from "@apollo/server";
import type { GraphQLFormattedError } from "graphql";
import type { RequestContext } from "../../federation/request/request-context.js";
import type { NegotiatedTypes } from "../negotiated-types.js";
import { cacheHeaders, type Disclosure, retryAfter, wwwAuthenticate } from "../response-headers.js";
import { statusOf } from "../status.js";

/** Codes whose cause is only in our log: the error carries the request id, so that the client can quote it. */
const TRACEABLE: ReadonlySet<unknown> = new Set([
  "INTERNAL_SERVER_ERROR",
  "SERVICE_UNAVAILABLE",
  "OPERATION_UNPLANNABLE",
]);

/**
 * Decides status and headers once, from the complete response (docs/spec/wire.md §2.3). No earlier stage may set a
 * status: a field error with one would turn partial data into an HTTP failure.
 */
export function responsePlugin(settings: {
  readonly disclosure: Disclosure;
  readonly types: NegotiatedTypes;
  /** The algorithms of DPoP proofs, when a client may use them. */
  readonly proofAlgorithms?: string | undefined;
}): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ contextValue, request, response }) {
          if (response.body.kind !== "single") return;
          const type = settings.types.recall(contextValue.outcome, request.http?.headers.get("accept"));
          if (type !== undefined) response.http.headers.set("content-type", type);
          const result = response.body.singleResult;
          const { http } = response;
          const { outcome } = contextValue;
          const status = statusOf(result);
          if (status !== undefined) http.status = status;
          const challenge = wwwAuthenticate(outcome, settings.disclosure, result.errors ?? [], {
            algs: settings.proofAlgorithms,
            isProof: contextValue.credential.kind === "dpop",
          });
          if (challenge !== undefined) http.headers.set("www-authenticate", challenge);
          const seconds = retryAfter(http.status, outcome, result.errors ?? []);
          if (seconds !== undefined) http.headers.set("retry-after", String(seconds));
          for (const [name, value] of cacheHeaders(outcome, http.status)) http.headers.set(name, value);
          if (result.errors?.some(isTraceable) === true) {
            result.errors = result.errors.map((error) => withRequestId(error, contextValue.requestId));
          }
        },
      };
    },
  };
}

const isTraceable = (error: GraphQLFormattedError): boolean => TRACEABLE.has(error.extensions?.["code"]);

const withRequestId = (error: GraphQLFormattedError, requestId: string): GraphQLFormattedError =>
  isTraceable(error) ? { ...error, extensions: { ...error.extensions, requestId } } : error;
