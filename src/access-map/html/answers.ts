import type { Persona } from "../../authorization/index.js";
import type { AccessMap } from "../model.js";

/** A persona that every graph has. */
export type FixedPersona = Extract<Persona, { readonly kind: "fixed" }>["id"];

/** Does a persona reach it? */
export type Answer = "yes" | "ifPolicyGrants" | "no";

/** What one persona is answered, by number in {@link AccessMap.reach}. */
export const answersFor = ({ reach }: AccessMap, persona: FixedPersona): readonly Answer[] =>
  reach.map(({ reached, ifPolicyGrants }) => {
    if (reached.includes(persona)) return "yes";
    return ifPolicyGrants.includes(persona) ? "ifPolicyGrants" : "no";
  });
