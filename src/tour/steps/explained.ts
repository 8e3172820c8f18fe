import { at, codeAt } from "../ask.js";
import { BOB } from "../people.js";
import { login } from "../sign-in.js";
import type { Step } from "../tour.js";

const QUERY = "query Explained { me { name email } users { name } }";

/** The plan, which `cardea explain` tells too, predicts the decisions of the gateway. */
export const explained: Step = {
  id: "explained",
  title: "An explanation of what Bob may query",
  about:
    "Asks the gateway to explain an operation for Bob before it runs, then runs it. Both decide the same.",
  panel: "plan",
  seconds: () => 2,
  async run(tour) {
    const { ask, check, plan } = tour;
    const { accessToken: token } = await login(tour, BOB);
    const explanation = await plan(QUERY, token);
    const verdicts = verdictsOf(explanation);
    check(
      "it grants a field that only requires sign-in",
      verdicts.get("Query.me") === "GRANTED",
      explanation,
    );
    const served = await ask(QUERY, { token });
    check(
      "the gateway then makes the same decisions",
      verdicts.get("User.email") === "FORBIDDEN" &&
        verdicts.get("Query.users") === "FORBIDDEN" &&
        codeAt(served, "me.email") === "FORBIDDEN" &&
        codeAt(served, "users") === "FORBIDDEN" &&
        served.errors.length === 2,
      served.errors,
    );
    const fetched = JSON.stringify(at(explanation, "plan.parts"));
    check(
      "what is refused is in no fetch",
      !/\b(email|users)\b/.test(fetched) && fetched.includes("accounts"),
      fetched,
    );
  },
};

function verdictsOf(explanation: unknown): ReadonlyMap<string, string> {
  const { selections = [] } = explanation as {
    readonly selections?: readonly { readonly coordinate: string; readonly verdict?: string }[];
  }; // the shape of `cardea explain --json`, documented in docs/reference/cli.md
  return new Map(selections.map(({ coordinate, verdict = "" }) => [coordinate, verdict]));
}
