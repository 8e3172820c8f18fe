import { at, codeAt } from "../ask.js";
import { ALICE } from "../people.js";
import { login, reauthenticate, refresh, type SignedIn } from "../sign-in.js";
import type { Step, Tour } from "../tour.js";

const ACCOUNT = /* GraphQL */ `
  query Account {
    me { name email wallet { balance cards { lastFour } } auditLog }
  }
`;

/** A login does not stay fresh. A step-up makes it fresh again, in the same session. */
export const freshness: Step = {
  id: "freshness",
  title: "A login that is no longer fresh, and a step-up",
  about:
    "Ages the login of Alice by a button. Her wallet asks for a step-up then; after she has entered her password again it opens.",
  panel: "operation",
  seconds: () => 3,
  async run(tour) {
    const { check, press } = tour;
    const before = await login(tour, ALICE);
    const pressed = await press("age-login", { token: before.accessToken });
    check("her login can be aged", pressed.status === 200, pressed);
    const { session: aged } = await refresh(tour, before.refreshToken);
    check(
      "a refresh does not make it younger",
      Number(aged.authTime) < Number(before.authTime) - tour.demo.freshSeconds,
      aged.authTime,
    );
    await freshnessEnds(tour, aged);
    await stepUp(tour, aged);
  },
};

async function freshnessEnds(tour: Tour, { accessToken: token }: SignedIn): Promise<void> {
  const { ask, check, demo, mark, since } = tour;
  const before = await mark();
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
  const sent = await since(before, "accounts");
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
