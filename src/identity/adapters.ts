import { type Identity, IdentityError } from "./identity.js";
import type { InboundHeaders } from "./inbound-headers.js";
import type { IdentityVerifier } from "./verify.js";

/** `context` for Apollo Server: `startStandaloneServer(server, { context: apolloContext(verifier) })`. */
export const apolloContext =
  (verifier: IdentityVerifier) =>
  async ({
    req,
  }: {
    readonly req: { readonly headers: InboundHeaders };
  }): Promise<{ identity: Identity }> => {
    try {
      return { identity: await verifier.verify(req.headers) };
    } catch (error) {
      throw withHttpStatus(error);
    }
  };

/** Apollo Server and Yoga read the HTTP status of a failed context from `extensions.http`. */
function withHttpStatus(error: unknown): unknown {
  if (!(error instanceof IdentityError)) return error;
  return Object.assign(new Error(error.message), {
    name: error.name,
    extensions: { ...error.extensions, http: { status: error.statusCode } },
  });
}

/** A plugin for GraphQL Yoga (and other Envelop servers): puts `identity` into the context. */
export const yogaPlugin = (verifier: IdentityVerifier) => ({
  async onContextBuilding(payload: {
    readonly context: { readonly request?: { readonly headers: InboundHeaders } };
    readonly extendContext: (extension: { identity: Identity }) => void;
  }): Promise<void> {
    const headers = payload.context.request?.headers ?? {};
    try {
      payload.extendContext({ identity: await verifier.verify(headers) });
    } catch (error) {
      throw withHttpStatus(error);
    }
  },
});

interface Identified {
  readonly headers: InboundHeaders;
  identity?: Identity;
}

/** A `preHandler` or `onRequest` hook for Fastify: sets `request.identity`, or fails the request with 401 or 503. */
export const fastifyHook =
  (verifier: IdentityVerifier) =>
  async (request: Identified): Promise<void> => {
    request.identity = await verifier.verify(request.headers);
  };

/** Middleware for Express: sets `req.identity`, or calls `next` with an error that has `statusCode`. */
export const expressMiddleware =
  (verifier: IdentityVerifier) =>
  (request: Identified, _response: unknown, next: (error?: unknown) => void): void => {
    verifier.verify(request.headers).then(
      (identity) => {
        request.identity = identity;
        next();
      },
      (error: unknown) => next(error),
    );
  };
