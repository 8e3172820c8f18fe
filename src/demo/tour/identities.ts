import { createAsk } from "../../tour/ask.js";
import { credentialDigest } from "../gatekeeper.js";
import { ALICE } from "../users.js";
import { login } from "./sign-in.js";
import type { Step } from "./tour.js";

const EVERYWHERE = "{ me { name reviews { stars product { name price } } } }";

/** A subgraph receives an identity token made for it, and no identity header of the client. */
export const identities: Step = {
  title: "The identity that each subgraph receives",
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
        `${name} never received the client's own token`,
        sent.length > 0 &&
          sent.every(
            (entry) =>
              entry.credentialDigest !== undefined &&
              entry.credentialDigest !== credentialDigest(accessToken),
          ),
      );
      check(
        `${name} never received an identity header forged by the client`,
        sent.length > 0 && sent.every(({ headerNames }) => !headerNames.includes("x-user-id")),
        sent.map(({ headerNames }) => headerNames),
      );
      const around = await createAsk(url)("{ __typename }", { token: accessToken });
      check(
        `${name} refuses the client's token when the gateway is bypassed`,
        around.status === 401,
        around.status,
      );
    }
    const anonymous = mark();
    await ask("{ reviews { author { name } product { name } } }");
    const received = since(anonymous);
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
