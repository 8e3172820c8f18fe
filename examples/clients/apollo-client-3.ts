// In your project: "@apollo/client/core/index.js" of version 3.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } from "apollo-client-3/core/index.js";
import type { Session } from "cardea/client";
import { createAuthLink } from "cardea/client/apollo";

/** Apollo Client 3. */
export const createApolloClient3 = (session: Session, url: string) =>
  new ApolloClient({
    link: createAuthLink({ ApolloLink, Observable }, session).concat(new HttpLink({ uri: url })),
    cache: new InMemoryCache(),
  });
