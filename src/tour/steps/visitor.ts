import { at, codeAt } from "../ask.js";
import type { Step } from "../tour.js";

const SHOP_WINDOW = /* GraphQL */ `
  query ShopWindow {
    products { __typename id name ... on Book { pages } ... on Prototype { codename } }
    reviews(first: 3) { stars author { name } product { name averageStars } }
    users { name email }
    me { name }
  }
`;

/** Without a sign-in, open fields are served, guarded fields are null, and no subgraph gets a request for them. */
export const visitor: Step = {
  id: "visitor",
  title: "A visitor who is not signed in",
  about:
    "Asks for open and guarded fields without a sign-in. Open ones are served, guarded ones are null with an error at their path, and no subgraph hears of them.",
  panel: "operation",
  seconds: () => 1,
  async run({ ask, check, mark, since }) {
    const before = await mark();
    const answer = await ask(SHOP_WINDOW);
    check("a partial answer has status HTTP 200", answer.status === 200, answer.status);
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
      "its error is UNAUTHENTICATED at its path",
      codeAt(answer, "me") === "UNAUTHENTICATED",
      answer.errors,
    );
    check(
      "a missing sign-in is reported before missing scopes",
      codeAt(answer, "users") === "UNAUTHENTICATED",
      answer.errors,
    );
    check(
      "a hidden product is null at its index",
      at(answer.data, "products.4") === null,
      at(answer.data, "products.4"),
    );
    check("its error has the same index", codeAt(answer, "products.4") === "UNAUTHENTICATED", answer.errors);
    check(
      "its neighbours are served",
      at(answer.data, "products.3.name") === "Threshold",
      at(answer.data, "products.3"),
    );
    check(
      "a hidden product is hidden where another subgraph refers to it",
      at(answer.data, "reviews.2.product") === null && at(answer.data, "reviews.2.stars") === 4,
      at(answer.data, "reviews.2"),
    );
    check("the answer has a challenge", answer.challenge?.["code"] === "UNAUTHENTICATED", answer.challenge);
    check(
      "WWW-Authenticate names the scheme",
      answer.wwwAuthenticate.startsWith("Bearer"),
      answer.wwwAuthenticate,
    );
    const sent = await since(before);
    check(
      "no subgraph got a request for a guarded field",
      sent.length > 0 && sent.every(({ operation }) => !/\b(me|users|codename|email)\b/.test(operation)),
      sent.map(({ operation }) => operation),
    );

    const alone = await ask("{ me { name } }");
    check("when nothing is served the status is HTTP 401", alone.status === 401, alone.status);
    const service = await ask("{ _service { sdl } }");
    check("federation's own fields are not part of the graph", service.status === 400, service.status);
  },
};
