import type { Session } from "cardea/client";
import { createAuthFetch } from "cardea/client/fetch";
import { GraphQLClient } from "graphql-request";

/** graphql-request. */
export const createGraphQLClient = (session: Session, url: string) =>
  new GraphQLClient(url, { fetch: createAuthFetch(session) });
