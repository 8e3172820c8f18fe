import { ALICE } from "../people.js";
import { login } from "../sign-in.js";
import type { Step } from "../tour.js";

const EVERYWHERE = "{ me { name reviews { stars product { name price } } } }";

/** A subgraph receives an identity token made for it, and no identity header of the client. */
export const identities: Step = {
  id: "identities",
  title: "The identity that each subgraph receives",
  about:
    "Asks all three subgraphs one question. Each receives an identity made for it alone, never the token of the client.",
  panel: "subgraphs",
  seconds: () => 3,
  async run(tour) {
    const { ask, check, demo, mark, press, since } = tour;
    const { accessToken } = await login(tour, ALICE);
    const before = await mark();
    await ask(EVERYWHERE, {
      token: accessToken,
      headers: { "x-user-id": "u3", "x-cardea-passage": "forged" },
    });
    const ownDigest = await digestOf(accessToken);
    for (const name of demo.subgraphs) {
      const sent = await since(before, name);
      check(
        `${name} verified Alice in a token made for ${name}`,
        sent.length > 0 &&
          sent.every(
            ({ identity }) =>
              identity.kind === "user" && identity.subject === ALICE.id && identity.audience === name,
          ),
        sent.map(({ identity }) => identity),
      );
      check(
        `${name} never received the client's own token`,
        sent.length > 0 &&
          sent.every((entry) => entry.credentialDigest !== null && entry.credentialDigest !== ownDigest),
      );
      check(
        `${name} never received an identity header forged by the client`,
        sent.length > 0 && sent.every(({ headerNames }) => !headerNames.includes("x-user-id")),
        sent.map(({ headerNames }) => headerNames),
      );
      const { answered } = await press("bypass", { token: accessToken, body: { subgraph: name } });
      check(
        `${name} refuses the client's token when the gateway is bypassed`,
        answered?.status === 401,
        answered,
      );
    }
    const anonymous = await mark();
    await ask("{ reviews { author { name } product { name } } }");
    const received = await since(anonymous);
    check(
      "an anonymous caller reaches the subgraphs as anonymous, confirmed by the gateway",
      received.length > 2 && received.every(({ identity }) => identity.kind === "anonymous"),
      received.map(({ identity }) => identity),
    );
    check(
      "and gets no Authorization header",
      received.length > 0 && received.every(({ headerNames }) => !headerNames.includes("authorization")),
    );
  },
};

/** As the subgraphs log the credential they receive: base64url(SHA-256(token)). */
async function digestOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return btoa(String.fromCharCode(...new Uint8Array(digest)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
