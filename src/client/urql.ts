import { type AnswerError, credentialRefused } from "./answer.js";
import type { Session } from "./session-api.js";

// urql is not a dependency: its types are described by their shape.

interface AuthUtilities<Operation> {
  appendHeaders(operation: Operation, headers: Record<string, string>): Operation;
}

interface UrqlError {
  readonly graphQLErrors: readonly { readonly extensions?: Readonly<Record<string, unknown>> }[];
  readonly response?: { readonly status?: number };
}

export interface UrqlAuthOptions {
  /**
   * How a refused credential is recognised: by its code (default), or by the status 401. Both are exact with this
   * gateway; a challenge to sign in again is neither.
   */
  readonly by?: "code" | "status";
}

/**
 * Settings for `authExchange` of `@urql/exchange-auth`. Operations that wait for a refresh are sent again by urql.
 *
 * A step-up is not its business, and `DPoP` neither: give the client `fetch: createAuthFetch(session)` instead of this
 * exchange where you need one of them. Cookie clients set `fetchOptions: { credentials: "include" }` at the client.
 */
export function urqlAuth(
  session: Pick<Session, "accessToken" | "refresh" | "subscribe"> & Partial<Pick<Session, "delivery">>,
  { by = "code" }: UrqlAuthOptions = {},
) {
  return async <Operation>({ appendHeaders }: AuthUtilities<Operation>) => {
    let hasChanged = false;
    session.subscribe(() => {
      hasChanged = true;
    });
    let token = await session.accessToken();
    return {
      addAuthToOperation: (operation: Operation): Operation =>
        token === undefined || session.delivery === "cookie"
          ? operation
          : appendHeaders(operation, { authorization: `Bearer ${token}` }),
      // Somebody signed in or out.
      willAuthError: (): boolean => hasChanged,
      didAuthError: (error: UrqlError): boolean =>
        token !== undefined &&
        (by === "status"
          ? error.response?.status === 401
          : credentialRefused({ errors: error.graphQLErrors as readonly AnswerError[] })), // read with care there
      async refreshAuth(): Promise<void> {
        const isRefused = !hasChanged && token !== undefined;
        hasChanged = false;
        // When this fails, urql answers the waiting operations with the error.
        token = isRefused ? await session.refresh(String(token)) : await session.accessToken();
      },
    };
  };
}
