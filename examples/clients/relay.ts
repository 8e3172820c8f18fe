import type { Session } from "cardea/client";
import { relayFetch } from "cardea/client/relay";
import { Environment, Network, RecordSource, Store } from "relay-runtime";

/** Relay. */
export const createRelayEnvironment = (session: Session) =>
  new Environment({
    network: Network.create(relayFetch(session)),
    store: new Store(new RecordSource()),
  });
