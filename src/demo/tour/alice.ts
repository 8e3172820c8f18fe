import { at, codeAt } from "../../tour/ask.js";
import { ALICE } from "../users.js";
import { login, reauthenticate, type SignedIn } from "./sign-in.js";
import type { Step, Tour } from "./tour.js";

const ACCOUNT = /* GraphQL */ `
  query Account {
    me { name email wallet { balance cards { lastFour } } auditLog }
  }
`;

/** Alice has every scope. She is admitted, refused when no longer fresh, and admitted again after step-up. */
export const alice: Step = {
  title: "Alice, who has every scope",
  async run(tour) {
    const session = await login(tour, ALICE);
    await everythingOpens(tour, session);
    await freshnessEnds(tour, session);
    await stepUp(tour, session);
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

async function freshnessEnds(tour: Tour, { accessToken: token }: SignedIn): Promise<void> {
  const { ask, check, demo, mark, since } = tour;
  await tour.waitSeconds(demo.freshSeconds + 1.2);
  const before = mark();
  const stale = await ask(ACCOUNT, { token });
  check(
    "after the window the fresh field is STEP_UP_REQUIRED",
    codeAt(stale, "me.wallet") === "STEP_UP_REQUIRED",
    stale.errors,
  );
  check("the rest of the query is served", at(stale.data, "me.email") === "alice@shop.example", stale.data);
  check(
    "the challenge names code and window",
    stale.challenge?.["code"] === "STEP_UP_REQUIRED" && stale.challenge["maxAge"] === demo.freshSeconds,
    stale.challenge,
  );
  check(
    "WWW-Authenticate has insufficient_user_authentication and max_age",
    stale.wwwAuthenticate.includes('error="insufficient_user_authentication"') &&
      stale.wwwAuthenticate.includes(`max_age="${demo.freshSeconds}"`),
    stale.wwwAuthenticate,
  );
  const sent = since(before, "accounts");
  check(
    "the accounts subgraph got no request for the wallet",
    sent.length > 0 && sent.every(({ operation }) => !operation.includes("wallet")),
    sent.map(({ operation }) => operation),
  );
}

async function stepUp(tour: Tour, session: SignedIn): Promise<void> {
  const { ask, check } = tour;
  const wrong = await reauthenticate(tour, session.accessToken, "not-her-password");
  check(
    "step-up with a wrong password is refused",
    codeAt(wrong.answer, "reauthenticate") === "INVALID_CREDENTIALS",
    wrong.answer.errors,
  );
  const again = await reauthenticate(tour, session.accessToken, ALICE.password);
  check(
    "step-up with the right password stays in the same session",
    again.session.sessionId === session.sessionId && session.sessionId !== "",
    again.answer.errors,
  );
  check(
    "and updates the time of authentication",
    Number(again.session.authTime) > Number(session.authTime),
    again.session.authTime,
  );
  const account = await ask(ACCOUNT, { token: again.session.accessToken });
  check(
    "the same query is admitted now",
    at(account.data, "me.wallet.balance") === 12_050 && account.errors.length === 0,
    account.errors,
  );
}
