import type { PageState } from "../../http/page/contract.js";
import { createStore, type Store } from "./store.js";

export type GatewayState =
  | { readonly kind: "loading" }
  | { readonly kind: "known"; readonly state: PageState }
  /** `state` is the last one that was known. */
  | { readonly kind: "unreachable"; readonly state: PageState | undefined; readonly message: string };

/** The state as the gateway reported it last; `undefined` before its first report. */
export const knownState = (gateway: GatewayState): PageState | undefined =>
  gateway.kind === "loading" ? undefined : gateway.state;

export interface GatewaySource {
  readonly store: Store<GatewayState>;
  /** Reads the state again. Where there is a stream of events, it brings each change by itself. */
  readonly reload: () => Promise<void>;
  /** For the stream of events, which carries the state whenever it changed. */
  readonly accept: (state: PageState) => void;
}

/** The state of the gateway, read from `url`. */
export function watchGateway(
  url: string,
  fetch: (url: string) => Promise<Response> = (address) => globalThis.fetch(address),
): GatewaySource {
  const store = createStore<GatewayState>({ kind: "loading" });
  const lost = (message: string): GatewayState => ({
    kind: "unreachable",
    state: knownState(store.get()),
    message,
  });
  const read = async (): Promise<GatewayState> => {
    const response = await fetch(url);
    if (!response.ok) return lost(`The gateway answered HTTP ${response.status}.`);
    return { kind: "known", state: (await response.json()) as PageState }; // from our own gateway
  };
  return {
    store,
    reload: async () => store.set(await read().catch(() => lost("The gateway cannot be reached."))),
    accept: (state) => store.set({ kind: "known", state }),
  };
}
