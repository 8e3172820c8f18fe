import type { AccessMap } from "../../../access-map/model.js";
import type { AccessAnswer } from "../../../http/page/contract.js";

/** The access map of the graph that serves. */
export type AccessState =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly message: string }
  | {
      readonly kind: "loaded";
      readonly digest: string;
      readonly map: AccessMap;
      /** The map before the graph changed for the last time since the page was opened. */
      readonly earlier: AccessMap | undefined;
    };

/** The state after another map has come. The map that was shown until now is kept for the comparison. */
export const withMap = (
  state: AccessState,
  { supergraphDigest: digest, access }: AccessAnswer,
): AccessState => {
  const map = access as AccessMap; // `AccessAnswer` documents it, and the gateway that sent it sent this page, too
  if (state.kind !== "loaded") return { kind: "loaded", digest, map, earlier: undefined };
  if (state.digest === digest) return state;
  return { kind: "loaded", digest, map, earlier: state.map };
};

/** A failure hides no map that is there. */
export const withFailure = (state: AccessState, message: string): AccessState =>
  state.kind === "loaded" ? state : { kind: "failed", message };

/** @throws Error with a message for the reader */
export async function loadAccess(
  url: string,
  fetch: (url: string) => Promise<Response> = (address) => globalThis.fetch(address),
): Promise<AccessAnswer> {
  const response = await fetch(url).catch(() => undefined);
  if (response === undefined) throw new Error("The gateway cannot be reached.");
  if (!response.ok) throw new Error(`The gateway answered HTTP ${response.status}.`);
  return (await response.json()) as AccessAnswer; // our own gateway's
}
