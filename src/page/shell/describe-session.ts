import type { SessionView } from "../state/session-view.js";

/** Who is signed in, for the header and the panel You. */
export function describeSession(
  view: SessionView,
  userName: string | undefined,
): { readonly isSignedIn: boolean; readonly text: string } {
  if (view.kind === "signedOut") return { isSignedIn: false, text: "Not signed in" };
  const { claims } = view;
  const name = userName ?? claims?.all["username"] ?? claims?.all["name"] ?? claims?.subject;
  return { isSignedIn: true, text: typeof name === "string" ? name : "somebody" };
}
