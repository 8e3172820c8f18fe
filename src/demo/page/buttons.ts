import type { DemoButtonState } from "../../http/page/contract.js";

/** The buttons as the page shows them. */
export const DEMO_BUTTONS: readonly DemoButtonState[] = [
  {
    button: "age-login",
    title: "Age my login",
    about:
      "Makes the proof of identity of your session too old for every field that asks for a fresh one. Such a field then asks for a step-up.",
    needsSignIn: true,
  },
  {
    button: "replay-stolen",
    title: "Replay the stolen refresh token",
    about:
      "Presents the refresh token that your session used before, as a thief would who copied it. The gateway cannot tell thief and owner apart, so it ends the session, live access tokens included.",
    needsSignIn: true,
  },
  {
    button: "forget-directive",
    title: "Remove the @composeDirective",
    about:
      "The products subgraph publishes its schema without the line by which its guards survive composition. The gateway refuses the new graph, and the last good one keeps serving.",
    needsSignIn: false,
  },
  {
    button: "restore-directive",
    title: "Put the @composeDirective back",
    about: "The products subgraph publishes its schema with the line again, and the problem goes away.",
    needsSignIn: false,
  },
  {
    button: "bypass",
    title: "Go around the gateway",
    about:
      "Sends your access token to a subgraph directly. It is refused: a subgraph accepts only identities that the gateway made for it.",
    needsSignIn: true,
  },
];
