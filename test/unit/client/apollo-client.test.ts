import * as version4 from "@apollo/client";
import * as version3 from "apollo-client-3/core/index.js";
import { parse } from "graphql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAuthLink, createSession, type Session, SignedOutError } from "../../../src/client/index.js";
import { type ClientGateway, startClientGateway } from "../../support/client-gateway.js";

const HELLO = parse("query Hello { hello }");

let gateway: ClientGateway;
let session: Session;

beforeEach(async () => {
  gateway = await startClientGateway();
  session = createSession({ url: gateway.url });
  await session.login({ username: "alice", password: "right" });
});
afterEach(() => gateway.stop());

/** The same wiring in both versions, as the README shows it; answers the data of one query. */
const askThrough: Readonly<Record<string, () => Promise<unknown>>> = {
  async "Apollo Client 4"() {
    const { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } = version4;
    const link = createAuthLink({ ApolloLink, Observable }, session).concat(
      new HttpLink({ uri: gateway.url }),
    );
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    return (await client.query({ query: HELLO, fetchPolicy: "no-cache" })).data;
  },
  async "Apollo Client 3"() {
    const { ApolloClient, ApolloLink, HttpLink, InMemoryCache, Observable } = version3;
    const link = createAuthLink({ ApolloLink, Observable }, session).concat(
      new HttpLink({ uri: gateway.url }),
    );
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    return (await client.query({ query: HELLO, fetchPolicy: "no-cache" })).data as unknown; // typed loosely there
  },
};

describe.each(Object.entries(askThrough))("%s with the link", (_name, ask) => {
  it("sends the session along", async () => {
    expect(await ask()).toMatchObject({ hello: "at1" });
  });

  it("refreshes once for calls that were refused together, and repeats each", async () => {
    gateway.accepted.clear();
    gateway.refreshDelayMs = 50;
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers).toEqual(Array.from({ length: 3 }, () => expect.objectContaining({ hello: "at2" })));
    expect(gateway.refreshes).toEqual(["rt1"]);
  });

  it("ends the operation with the session when the refresh is refused", async () => {
    gateway.accepted.clear();
    gateway.refreshMode = "refuse";
    const failure: unknown = await ask().catch((error: unknown) => error);
    // Version 3 wraps what a link threw.
    const cause = (failure as { readonly networkError?: unknown }).networkError ?? failure;
    expect(cause).toBeInstanceOf(SignedOutError);
  });
});
