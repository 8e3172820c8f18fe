import { graphqlLanguage } from "cm6-graphql";

/** An operation of the text in the editor. */
export interface OperationInText {
  readonly kind: "query" | "mutation" | "subscription";
  /** Empty for an anonymous one. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const KINDS = ["query", "mutation", "subscription"] as const;

/** The operations of a text, in their order. It may have mistakes: what can be recognised is returned. */
export function operationsIn(text: string): readonly OperationInText[] {
  const found: OperationInText[] = [];
  graphqlLanguage.parser.parse(text).iterate({
    enter: (node) => {
      if (node.name !== "OperationDefinition") return node.name === "Document";
      const kind = node.node.getChild("OperationType");
      const name = node.node.getChild("Name");
      const written = kind === null ? "query" : text.slice(kind.from, kind.to);
      found.push({
        kind: KINDS.find((each) => each === written) ?? "query",
        name: name === null ? "" : text.slice(name.from, name.to),
        from: node.from,
        to: node.to,
      });
      return false;
    },
  });
  return found;
}

/** The operation to run: the chosen one, or the one with the cursor, or the first. */
export function operationToRun(
  operations: readonly OperationInText[],
  chosen: string | undefined,
  cursor: number,
): OperationInText | undefined {
  return (
    operations.find(({ name }) => name !== "" && name === chosen) ??
    operations.find(({ from, to }) => from <= cursor && cursor <= to) ??
    operations[0]
  );
}
