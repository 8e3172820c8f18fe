import { credentialDigest } from "../gatekeeper.js";
import { ALICE } from "../users.js";
import { createAsk } from "./ask.js";
import { login } from "./sign-in.js";
import type { Step } from "./tour.js";

const EVERYWHERE = "{ me { name reviews { stars product { name price } } } }";

/** What reaches a subgraph: an identity for it alone, and nothing the client made up. */
export const identities: Step = {
  title: "What each subgraph was told",
  async run(tour) {
    const { ask, check, demo, mark, since } = tour;
    const { accessToken } = await login(tour, ALICE);
    const before = mark();
    await ask(EVERYWHERE, {
      token: accessToken,
      headers: { "x-user-id": "u3", "x-cardea-passage": "forged" },
    });
    for (const { name, url } of demo.subgraphs) {
      const sent = since(before, name);
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
        `${name} never saw the client's own token`,
        sent.length > 0 &&
          sent.every(
            (entry) =>
              entry.credentialDigest !== undefined &&
              entry.credentialDigest !== credentialDigest(accessToken),
          ),
      );
      check(
        `${name} never saw an identity header the client made up`,
        sent.length > 0 && sent.every(({ headerNames }) => !headerNames.includes("x-user-id")),
        sent.map(({ headerNames }) => headerNames),
      );
      const around = await createAsk(url)("{ __typename }", { token: accessToken });
      check(
        `${name} refuses the client's token when it comes round the gateway`,
        around.status === 401,
        around.status,
      );
    }
    const anonymous = mark();
    await ask("{ reviews { author { name } product { name } } }");
    const heard = since(anonymous);
    check(
      "an anonymous caller reaches the subgraphs as anonymous, vouched for by the gateway",
      heard.length > 2 && heard.every(({ identity }) => identity.kind === "anonymous"),
      heard.map(({ identity }) => identity),
    );
    check(
      "and no Authorization is made up for one",
      heard.length > 0 && heard.every(({ headerNames }) => !headerNames.includes("authorization")),
    );
  },
};
