import { at, codeAt } from "../ask.js";
import { ALICE } from "../people.js";
import { login, reauthenticate } from "../sign-in.js";
import type { Step } from "../tour.js";

/** `@auth(maxAge: 10)` in the accounts subgraph. */
const MAX_AGE_SECONDS = 10;

const change = (email: string) => `mutation { changeEmail(email: "${email}") { email } }`;

/** A field has its own window instead of the gateway's. In the check it is longer than the window of `fresh`. */
export const maxAge: Step = {
  id: "max-age",
  title: "A field with its own window",
  about:
    "Changes an email address, which asks for a login of the last 10 seconds, waits until that is over, and tries again.",
  panel: "operation",
  seconds: () => MAX_AGE_SECONDS + 4,
  async run(tour) {
    const { ask, check, demo } = tour;
    const { accessToken: token } = await login(tour, ALICE);
    await tour.waitSeconds(Math.min(demo.freshSeconds + 1.2, MAX_AGE_SECONDS - 2));
    const inside = await ask(change("alice@new.example"), { token });
    check(
      "within maxAge it is admitted, whatever the default window",
      at(inside.data, "changeEmail.email") === "alice@new.example",
      inside,
    );
    await tour.waitSeconds(MAX_AGE_SECONDS + 1.2 - Math.min(demo.freshSeconds + 1.2, MAX_AGE_SECONDS - 2));
    const outside = await ask(change("alice@evil.example"), { token });
    check(
      "after maxAge it is STEP_UP_REQUIRED",
      codeAt(outside, "changeEmail") === "STEP_UP_REQUIRED",
      outside,
    );
    check(
      "the challenge names that field's window",
      outside.challenge?.["maxAge"] === MAX_AGE_SECONDS,
      outside.challenge,
    );
    check("when nothing is served the status is HTTP 403", outside.status === 403, outside.status);
    const email = await ask("{ me { email } }", { token });
    check("and nothing was changed", at(email.data, "me.email") === "alice@new.example", email.data);
    const again = await reauthenticate(tour, token, ALICE.password);
    const restored = await ask(change("alice@shop.example"), { token: again.session.accessToken });
    check(
      "after a step-up it is admitted again",
      at(restored.data, "changeEmail.email") === "alice@shop.example",
      restored,
    );
  },
};
