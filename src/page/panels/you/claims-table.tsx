import type { JSX } from "preact";
import { claimRows } from "./claim-rows.js";

/** The claims of the access token. The token itself is never shown. */
export function ClaimsTable({ claims }: { readonly claims: Readonly<Record<string, unknown>> }): JSX.Element {
  return (
    <section class="card" aria-labelledby="you-claims">
      <h2 id="you-claims">Claims of the access token</h2>
      <dl class="claims">
        {claimRows(claims, Date.now()).map(({ name, value, words }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>{value}</code>
              {words !== undefined && <span class="quiet"> {words}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
