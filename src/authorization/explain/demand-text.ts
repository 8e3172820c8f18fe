import { isOpen, type Requirement } from "../../domain/requirement.js";

/** A requirement as text for operators: `signed in, scopes a + b, proved within 300 s`. */
export const demandText = (requirement: Requirement): string => {
  if (isOpen(requirement)) return "no guard";
  const parts: string[] = [];
  if (!requirement.verified) parts.push("closed until its subgraph answers");
  if (requirement.authenticated) parts.push("signed in");
  for (const clause of requirement.scopes) parts.push(`scopes ${alternativesText(clause)}`);
  for (const clause of requirement.policies) parts.push(`policies ${alternativesText(clause)}`);
  if (requirement.maxAgeSeconds !== undefined) parts.push(`proved within ${requirement.maxAgeSeconds} s`);
  return parts.join(", ");
};

const alternativesText = (alternatives: readonly (readonly string[])[]): string =>
  alternatives.map((all) => all.join(" + ")).join(" | ");
