import type { Session } from "cardea/client";
import { createAuthFetch } from "cardea/client/fetch";

/** Plain `fetch`, and every library that accepts one. */
export const createAsk = (session: Session, url: string) => {
  const authFetch = createAuthFetch(session);
  const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
  return async (query: string, variables?: object) => {
    const body = JSON.stringify({ query, variables });
    return (await authFetch(url, { method: "POST", headers, body })).json();
  };
};
