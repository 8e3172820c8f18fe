import { type DocumentNode, getOperationAST, Kind, OperationTypeNode, parse } from "graphql";

/**
 * Would this GET run something else than a query? Asked before anything else, CSRF prevention included, so that a
 * write over GET is told what it is (RFC 9110 §9.2.1: GET is safe). A text that does not parse is not ours to word.
 *
 * @param search - the search string, with its `?`
 */
export function writesOverGet(search: string, maxTokens: number): boolean {
  const parameters = new URLSearchParams(search);
  return parameters.getAll("query").some((query) => {
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens, noLocation: true });
    } catch {
      return false;
    }
    const chosen = getOperationAST(document, parameters.get("operationName"));
    if (chosen != null) return chosen.operation !== OperationTypeNode.QUERY;
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    return (
      operations.length > 0 &&
      operations.every(
        (each) => each.kind === Kind.OPERATION_DEFINITION && each.operation !== OperationTypeNode.QUERY,
      )
    );
  });
}
