import type { Session } from "cardea/client";
import { type DocumentNode, parse } from "graphql";
import { fetchQuery } from "relay-runtime";
import { createApolloClient3 } from "../../examples/clients/apollo-client-3.js";
import { createApolloClient4 } from "../../examples/clients/apollo-client-4.js";
import { createAxios } from "../../examples/clients/axios.js";
import { createAsk } from "../../examples/clients/fetch.js";
import { createGraphQLClient } from "../../examples/clients/graphql-request.js";
import { createRelayEnvironment } from "../../examples/clients/relay.js";
import { createUrqlClient } from "../../examples/clients/urql-by-code.js";
import { createUrqlClientByStatus } from "../../examples/clients/urql-by-status.js";

/** The data of one query, sent by a client library. Rejects, or answers null, when there is none. */
export type AskThrough = (query: string) => Promise<unknown>;

const throughApollo4 = (session: Session, url: string): AskThrough => {
  const client = createApolloClient4(session, url);
  return async (query) => (await client.query({ query: parse(query), fetchPolicy: "no-cache" })).data;
};

const throughApollo3 = (session: Session, url: string): AskThrough => {
  const client = createApolloClient3(session, url);
  return async (query) => {
    const { data } = await client.query<unknown>({ query: parse(query), fetchPolicy: "no-cache" });
    return data;
  };
};

const throughUrql =
  (create: typeof createUrqlClient) =>
  (session: Session, url: string): AskThrough => {
    const client = create(session, url);
    return async (query) => {
      // A name of its own for each: urql answers equal operations together.
      const { data, error } = await client.query<unknown>(query, {}, { requestPolicy: "network-only" });
      if (error !== undefined && data == null) throw error;
      return data;
    };
  };

/** What the Relay compiler writes for a query with one scalar or object field, as far as the network sees it. */
const relayRequest = (text: string, document: DocumentNode) => {
  const [definition] = document.definitions;
  const name = definition?.kind === "OperationDefinition" ? (definition.name?.value ?? "Unnamed") : "Unnamed";
  const fragment = {
    argumentDefinitions: [],
    kind: "Fragment",
    metadata: null,
    name,
    selections: [],
    type: "Query",
  };
  const operation = { argumentDefinitions: [], kind: "Operation", name, selections: [] };
  return {
    fragment,
    kind: "Request",
    operation,
    params: { cacheID: text, id: null, metadata: {}, name, operationKind: "query", text },
  };
};

const throughRelay = (session: Session): AskThrough => {
  const environment = createRelayEnvironment(session);
  return async (query) => {
    const request = relayRequest(query, parse(query)) as never; // made by the compiler in an application
    let answer: unknown;
    // Relay keeps only what the compiled selections name; the answer of the network is what is tested here.
    const network = environment.getNetwork();
    const original = network.execute.bind(network);
    network.execute = (...parameters) =>
      original(...parameters).do({
        next: (response) => {
          answer = (response as { readonly data?: unknown }).data;
        },
      });
    await fetchQuery(environment, request, {}, { fetchPolicy: "network-only" }).toPromise();
    return answer;
  };
};

const throughAxios = (session: Session, url: string): AskThrough => {
  const client = createAxios(session, url);
  return async (query) => (await client.post<{ readonly data?: unknown }>("", { query })).data.data;
};

const throughGraphqlRequest = (session: Session, url: string): AskThrough => {
  const client = createGraphQLClient(session, url);
  return (query) => client.request(query);
};

const throughFetch = (session: Session, url: string): AskThrough => {
  const ask = createAsk(session, url);
  return async (query) => ((await ask(query)) as { readonly data?: unknown }).data;
};

/** The client set-ups of the guides, each by the name of its example. */
export const CLIENT_SETUPS: Readonly<Record<string, (session: Session, url: string) => AskThrough>> = {
  "apollo-client-4": throughApollo4,
  "apollo-client-3": throughApollo3,
  "urql-by-code": throughUrql(createUrqlClient),
  "urql-by-status": throughUrql(createUrqlClientByStatus),
  relay: throughRelay,
  axios: throughAxios,
  "graphql-request": throughGraphqlRequest,
  fetch: throughFetch,
};
