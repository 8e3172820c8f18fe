import type { RequiredSelection } from "./plan.js";

/** The fields of a representation, as GraphQL: `...on User{id profile{name}}`. */
export const requiredText = (selections: readonly RequiredSelection[]): string =>
  selections
    .map((one) =>
      one.kind === "fragment"
        ? `...on ${one.typeCondition}{${requiredText(one.selections)}}`
        : `${one.outputName}${one.selections === undefined ? "" : `{${requiredText(one.selections)}}`}`,
    )
    .join(" ");
