import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoDeprecatedCustomRule,
  parse,
  validate,
} from "graphql";
import type { Diagnosis } from "./protocol.js";

const MAX_DIAGNOSES = 50;

/** What is wrong with an operation. Without a schema: its syntax. */
export function diagnose(text: string, schema: GraphQLSchema | undefined): readonly Diagnosis[] {
  if (text.trim() === "" || isOnlyComments(text)) return [];
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (error) {
    return error instanceof GraphQLError ? [diagnosisOf(error, text, "error")] : [];
  }
  if (schema === undefined) return [];
  const errors = validate(schema, document, undefined, { maxErrors: MAX_DIAGNOSES });
  const warnings = errors.length > 0 ? [] : validate(schema, document, [NoDeprecatedCustomRule]);
  return [
    ...errors.map((error) => diagnosisOf(error, text, "error")),
    ...warnings.slice(0, MAX_DIAGNOSES).map((error) => diagnosisOf(error, text, "warning")),
  ];
}

const isOnlyComments = (text: string): boolean => text.split("\n").every((line) => /^\s*(#.*)?$/.test(line));

function diagnosisOf(error: GraphQLError, text: string, severity: Diagnosis["severity"]): Diagnosis {
  const from = Math.min(error.positions?.[0] ?? 0, Math.max(0, text.length - 1));
  // The word at the place: the nodes of an error may span whole selections.
  const word = /^[$@]?\w+|^\.\.\.|^./s.exec(text.slice(from))?.[0] ?? "";
  return {
    from,
    to: Math.min(text.length, from + Math.max(1, word.length)),
    severity,
    message: error.message,
  };
}
