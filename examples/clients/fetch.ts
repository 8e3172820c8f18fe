import type { Session } from "cardea/client";
import { createAuthFetch } from "cardea/client/fetch";

/** Plain `fetch`, and every library that accepts one. */
export const createAsk = (session: Session, url: string) => {
  const authFetch = createAuthFetch(session);
  return async (query: string, variables?: object) => {
    const headers = { "content-type": "application/json", accept: "application/graphql-response+json" };
    const response = await authFetch(url, {
      method: "POST",
      headers,
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };
};
