import { at, codeAt } from "./ask.js";
import type { Step } from "./tour.js";

const SHOP_WINDOW = /* GraphQL */ `
  query ShopWindow {
    products { __typename id name ... on Book { pages } ... on Prototype { codename } }
    reviews(first: 3) { stars author { name } product { name averageStars } }
    users { name email }
    me { name }
  }
`;

/** Nobody is signed in: what is open is served, what is guarded is null, and the subgraphs never hear of it. */
export const visitor: Step = {
  title: "A visitor who is not signed in",
  async run({ ask, check, mark, since }) {
    const before = mark();
    const answer = await ask(SHOP_WINDOW);
    check("a partial answer is HTTP 200", answer.status === 200, answer.status);
    check(
      "open fields are served",
      at(answer.data, "products.0.name") === "Hinges of the Ancient World",
      answer.data,
    );
    check(
      "entities are joined across three subgraphs",
      at(answer.data, "reviews.0.author.name") === "Bob Baker" &&
        at(answer.data, "reviews.0.product.name") === "Hinges of the Ancient World",
      answer.data,
    );
    check("a guarded root field is null", at(answer.data, "me") === null, at(answer.data, "me"));
    check(
      "its error says UNAUTHENTICATED at its path",
      codeAt(answer, "me") === "UNAUTHENTICATED",
      answer.errors,
    );
    check(
      "one who is not signed in is not told about scopes first",
      codeAt(answer, "users") === "UNAUTHENTICATED",
      answer.errors,
    );
    check(
      "a hidden product is null in its place",
      at(answer.data, "products.4") === null,
      at(answer.data, "products.4"),
    );
    check("its error stands at its index", codeAt(answer, "products.4") === "UNAUTHENTICATED", answer.errors);
    check(
      "its neighbours stay",
      at(answer.data, "products.3.name") === "Threshold",
      at(answer.data, "products.3"),
    );
    check(
      "a hidden product is hidden where another subgraph refers to it",
      at(answer.data, "reviews.2.product") === null && at(answer.data, "reviews.2.stars") === 4,
      at(answer.data, "reviews.2"),
    );
    check(
      "the answer carries a challenge",
      answer.challenge?.["code"] === "UNAUTHENTICATED",
      answer.challenge,
    );
    check(
      "WWW-Authenticate names the scheme",
      answer.wwwAuthenticate.startsWith("Bearer"),
      answer.wwwAuthenticate,
    );
    const sent = since(before);
    check(
      "no subgraph was asked for a guarded field",
      sent.length > 0 && sent.every(({ operation }) => !/\b(me|users|codename|email)\b/.test(operation)),
      sent.map(({ operation }) => operation),
    );

    const alone = await ask("{ me { name } }");
    check("with nothing left to serve the answer is HTTP 401", alone.status === 401, alone.status);
    const doors = await ask("{ _service { sdl } }");
    check("federation's own fields are not part of the graph", doors.status === 400, doors.status);
  },
};
