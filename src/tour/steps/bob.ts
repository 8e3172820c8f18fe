import { at, codeAt } from "../ask.js";
import { BOB } from "../people.js";
import { login, tryLogin } from "../sign-in.js";
import type { Step } from "../tour.js";

/** Bob is signed in and has no scopes. */
export const bob: Step = {
  id: "bob",
  title: "Bob, who has no scopes",
  about:
    "Signs Bob in and asks for more than he may see. What asks for a scope is refused, and the rest is served.",
  panel: "operation",
  seconds: () => 2,
  async run(tour) {
    const { ask, check, mark, since } = tour;
    const wrong = await tryLogin(tour, BOB.username, "not-his-password");
    check(
      "a wrong password is refused as INVALID_CREDENTIALS",
      codeAt(wrong, "login") === "INVALID_CREDENTIALS",
      wrong.errors,
    );
    const unknown = await tryLogin(tour, "nobody-here", "not-his-password");
    check(
      "an unknown user gets exactly the same response",
      JSON.stringify([unknown.status, unknown.data, unknown.errors]) ===
        JSON.stringify([wrong.status, wrong.data, wrong.errors]),
      unknown.errors,
    );
    const { accessToken: token } = await login(tour, BOB);
    check("the right password gives an access token", token.split(".").length === 3);

    const before = await mark();
    const answer = await ask(
      "{ me { id name email } users { name } products { name ... on Book { margin } } }",
      { token },
    );
    check(
      "a field that only requires sign-in is served",
      at(answer.data, "me.name") === "Bob Baker",
      at(answer.data, "me"),
    );
    check(
      "anyOf without a satisfied alternative is FORBIDDEN",
      codeAt(answer, "me.email") === "FORBIDDEN",
      answer.errors,
    );
    check("a missing scope is FORBIDDEN", codeAt(answer, "users") === "FORBIDDEN", answer.errors);
    check(
      "a guarded field of one runtime type is refused at each index",
      codeAt(answer, "products.1.margin") === "FORBIDDEN",
      answer.errors,
    );
    check(
      "the response reveals neither the caller's scopes nor the required ones",
      !JSON.stringify(answer).includes("users:read"),
    );
    const sent = await since(before);
    check(
      "no subgraph got a request for a refused field",
      sent.length > 0 && sent.every(({ operation }) => !/\b(email|users|margin)\b/.test(operation)),
      sent.map(({ operation }) => operation),
    );
    const alone = await ask("{ users { name } }", { token });
    check("when nothing is served the status is HTTP 403", alone.status === 403, alone.status);
    check(
      "WWW-Authenticate has insufficient_scope",
      alone.wwwAuthenticate.includes('error="insufficient_scope"'),
      alone.wwwAuthenticate,
    );
  },
};
