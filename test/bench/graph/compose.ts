import { composeServices, compositionHasErrors } from "@theguild/federation-composition";
import { type DocumentNode, Kind, parse, print, type StringValueNode, visit } from "graphql";
import { type BenchSubgraph, SUBGRAPHS } from "./subgraphs.js";

const ofGuards = (name: string): boolean => name === "auth" || name === "composeDirective";

/** The SDL without its guards: what peers, and our own gateway "with no directive in the schema", are given. */
export function plainSdl(sdl: string): string {
  const isGuardLink = (node: {
    readonly arguments?: readonly { readonly value: { readonly kind: string } }[];
  }) =>
    node.arguments?.some(
      ({ value }) =>
        value.kind === Kind.STRING && (value as StringValueNode).value.includes("specs.cardea.dev"),
    ) ?? false;
  const document: DocumentNode = visit(parse(sdl), {
    Directive: (node) =>
      ofGuards(node.name.value) || (node.name.value === "link" && isGuardLink(node)) ? null : undefined,
    DirectiveDefinition: (node) => (ofGuards(node.name.value) ? null : undefined),
  });
  return print(document);
}

/**
 * The supergraph of the benchmark with its subgraphs at one origin, a path each.
 *
 * @param guarded - with `@auth` (ours) or without (peers)
 * @throws Error when the composer refuses the benchmark's own SDL
 */
export function composeBench(
  origin: string,
  guarded: boolean,
  subgraphs: readonly Pick<BenchSubgraph, "name" | "sdl">[] = SUBGRAPHS,
): string {
  const result = composeServices(
    subgraphs.map(({ name, sdl }) => ({
      name,
      url: `${origin}/${name}`,
      typeDefs: parse(guarded ? sdl : plainSdl(sdl)),
    })),
  );
  if (compositionHasErrors(result))
    throw new Error(
      `the benchmark's graph does not compose:\n${result.errors.map(({ message }) => message).join("\n")}`,
    );
  return result.supergraphSdl;
}
