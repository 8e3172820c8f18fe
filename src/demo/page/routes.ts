import { type Answer, json } from "../../http/answer.js";
import { authorizationValues } from "../../http/authorization-header.js";
import type { Exchange } from "../../http/exchange.js";
import type { ButtonAnswer, DemoButton } from "../../http/page/contract.js";
import { DATA } from "../../http/page/headers.js";
import { readJsonPost } from "../../http/page/json-post.js";
import { refuse } from "../../http/page/refuse.js";
import type { Route } from "../../http/router.js";
import { readCredential } from "../../server/context.js";
import type { TokenVerifier } from "../../tokens/token-verifier.js";
import type { DemoActions, Presser } from "./actions.js";
import type { Received } from "./received.js";

type Fields = Readonly<Record<string, unknown>>;
type Press = (fields: Fields, exchange: Exchange) => Promise<Answer> | Answer;

const MAX_BODY_BYTES = 4_096;

/** The endpoints that only the demo has: its buttons, and what its subgraphs received. */
export const demoRoutes = (
  actions: DemoActions,
  received: Received,
  verifier: TokenVerifier,
): readonly Route[] => {
  const forCaller =
    (press: (presser: Presser, fields: Fields) => Promise<ButtonAnswer | string>): Press =>
    async (fields, exchange) => {
      const presser = await presserOf(exchange, verifier);
      if (presser === undefined)
        return refuse(401, "This button needs a valid access token.", { fix: "Sign in, or refresh it." });
      const answer = await press(presser, fields);
      return typeof answer === "string" ? refuse(409, answer) : json(200, answer, DATA);
    };
  const forEverybody =
    (press: () => Promise<ButtonAnswer>): Press =>
    async () =>
      json(200, await press(), DATA);

  const buttons: Readonly<Record<DemoButton, Press>> = {
    "age-login": forCaller(actions.ageLogin),
    "replay-stolen": forCaller(actions.replayStolen),
    "forget-directive": forEverybody(() => actions.publish(true)),
    "restore-directive": forEverybody(() => actions.publish(false)),
    bypass: forCaller(actions.bypass),
  };
  return [
    ...Object.entries(buttons).map(([button, press]) => buttonRoute(button, press)),
    {
      name: "demo-received",
      path: "/_cardea/demo/received.json",
      methods: ["GET"],
      handle: ({ search }) => {
        const after = new URLSearchParams(search).get("after") ?? "0";
        if (!/^\d{1,15}$/.test(after)) return refuse(400, "`after` is the number of a request.");
        actions.noticeReceived();
        return json(200, received.after(Number(after)), DATA);
      },
    },
  ];
};

const buttonRoute = (button: string, press: Press): Route => ({
  name: "demo-button",
  path: `/_cardea/demo/${button}`,
  methods: ["POST"],
  handle: async (exchange) => {
    const posted = await readJsonPost(exchange, MAX_BODY_BYTES);
    return posted.kind === "refused" ? posted.answer : press(posted.fields, exchange);
  },
});

const presserOf = async ({ request }: Exchange, verifier: TokenVerifier): Promise<Presser | undefined> => {
  const credential = readCredential(authorizationValues(request));
  if (credential.kind !== "bearer") return undefined;
  const outcome = await verifier.verify(credential.token);
  // No proof is read here, so a token that is bound to a key is worth nothing.
  return outcome.kind === "verified" && outcome.principal.keyThumbprint === undefined
    ? { principal: outcome.principal, token: credential.token }
    : undefined;
};
