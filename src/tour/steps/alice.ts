import { at } from "../ask.js";
import { ALICE } from "../people.js";
import { login, type SignedIn } from "../sign-in.js";
import type { Step, Tour } from "../tour.js";

const ACCOUNT = /* GraphQL */ `
  query Account {
    me { name email wallet { balance cards { lastFour } } auditLog }
  }
`;

/** Alice has every scope, and her login is fresh. */
export const alice: Step = {
  id: "alice",
  title: "Alice, who has every scope",
  about:
    "Signs Alice in with her password. Right after that everything opens, the fields that ask for a fresh login included.",
  panel: "you",
  seconds: () => 2,
  async run(tour) {
    await everythingOpens(tour, await login(tour, ALICE));
  },
};

async function everythingOpens({ ask, check }: Tour, { accessToken: token }: SignedIn): Promise<void> {
  const account = await ask(ACCOUNT, { token });
  check(
    "right after login a fresh field is served",
    at(account.data, "me.wallet.balance") === 12_050,
    account,
  );
  check(
    "scope and freshness together are served",
    Array.isArray(at(account.data, "me.auditLog")),
    account.errors,
  );
  const shop = await ask(
    "{ users { name } products { name ... on Book { margin } ... on Prototype { codename } } }",
    { token },
  );
  check(
    "a list that requires a scope is served",
    at(shop.data, "users.2.name") === "Carol Chandler",
    shop.errors,
  );
  check(
    "anyOf is served when she satisfies one alternative",
    at(shop.data, "products.0.margin") === 1_500,
    shop.errors,
  );
  check("the hidden product is served to her", at(shop.data, "products.4.codename") === "Janus", shop.errors);
  check("and nothing is refused", shop.errors.length === 0, shop.errors);
}
