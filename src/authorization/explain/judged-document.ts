import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  separateOperations,
  visit,
} from "graphql";

/** A guarded selection and where the document has it. */
export interface JudgedSelection {
  readonly node: FieldNode;
  readonly selection: {
    readonly kind: string;
    readonly types: readonly string[];
    readonly demand: string;
    readonly variables: readonly string[];
    readonly verdict: string | undefined;
  };
}

/** Marks a line while the document is printed; no graph has a directive of this name. */
const MARK = "__judged";

/**
 * The operation and its fragments as text, with what each guarded selection demands as a comment on its line.
 * A fragment is printed once, so its selections show the demands of all types it is judged for.
 */
export const judgedDocument = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  selections: readonly JudgedSelection[],
): string => {
  const comments = new Map<FieldNode, string[]>();
  for (const { node, selection } of selections)
    comments.set(node, [...(comments.get(node) ?? []), commentOf(selection)]);
  const texts: string[] = [];
  const own = separateOperations(document)[operation.name?.value ?? ""] ?? document;
  const marked = visit(own, {
    Field(node) {
      const comment = comments.get(node);
      if (comment === undefined) return undefined;
      texts.push([...new Set(comment)].join("; "));
      return { ...node, directives: [...(node.directives ?? []), mark(texts.length - 1)] };
    },
  });
  return print(marked)
    .split("\n")
    .map((line) =>
      line.replace(
        new RegExp(` @${MARK}_(\\d+)(.*)$`),
        (_all, index: string, rest: string) => `${rest}  # ${texts[Number(index)]}`,
      ),
    )
    .join("\n");
};

const mark = (index: number): DirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: `${MARK}_${index}` },
});

const commentOf = ({ kind, types, demand, variables, verdict }: JudgedSelection["selection"]): string =>
  [
    kind === "field" ? "" : `${types.join(" | ")}: `,
    demand,
    variables.length === 0 ? "" : ` (and by ${variables.join(", ")})`,
    verdict === undefined ? "" : ` => ${verdict}`,
  ].join("");
