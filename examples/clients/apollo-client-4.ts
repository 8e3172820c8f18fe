import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } from "@apollo/client";
import type { Session } from "cardea/client";
import { createAuthLink } from "cardea/client/apollo";

/** Apollo Client 4. */
export const createApolloClient4 = (session: Session, url: string) =>
  new ApolloClient({
    link: createAuthLink({ ApolloLink, Observable }, session).concat(new HttpLink({ uri: url })),
    cache: new InMemoryCache(),
  });
