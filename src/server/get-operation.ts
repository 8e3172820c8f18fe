import { type DocumentNode, getOperationAST, Kind, OperationTypeNode, parse } from "graphql";

/**
 * Would this GET run an operation other than a query (RFC 9110 §9.2.1: GET is safe)? It is checked before everything
 * else, CSRF prevention included, so that the error names the real problem. A text that does not parse passes: the
 * parser reports its error later.
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
