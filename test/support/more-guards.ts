import type { GraphModel, Guard } from "./random-graph.js";
import type { Tape } from "./tape.js";

/** A place where a guard can be written, and the subgraphs that could write it there. */
interface Place {
  readonly coordinate: string;
  readonly guards: Guard[];
  readonly subgraphs: readonly string[];
}

const placesOf = (model: GraphModel): readonly Place[] => {
  const places: Place[] = [];
  for (const type of model.types.values()) {
    places.push({ coordinate: type.name, guards: type.guards, subgraphs: type.subgraphs });
    if (type.kind === "input") {
      for (const field of type.fields) {
        const coordinate = `${type.name}.${field.name}`;
        places.push({ coordinate, guards: field.guards, subgraphs: type.subgraphs });
      }
    }
    if (type.kind !== "object" && type.kind !== "interface") continue;
    for (const field of type.fields) {
      const coordinate = `${type.name}.${field.name}`;
      places.push({ coordinate, guards: field.guards, subgraphs: field.subgraphs });
      for (const argument of field.args) {
        places.push({
          coordinate: `${coordinate}(${argument.name}:)`,
          guards: argument.guards,
          subgraphs: field.subgraphs,
        });
      }
    }
  }
  return places;
};

/** The same graph with one more guard somewhere. */
export const withOneMoreGuard = (
  model: GraphModel,
  tape: Tape,
): { readonly model: GraphModel; readonly coordinate: string } => {
  const copy: GraphModel = structuredClone(model);
  const place = tape.pick(placesOf(copy));
  const subgraph = tape.pick(place.subgraphs);
  const guards: readonly Guard[] = [
    { subgraph },
    { subgraph, scopes: ["a"] },
    { subgraph, anyOf: [["a"], ["b", "c"]] },
    { subgraph, fresh: true },
    { subgraph, maxAge: 60 },
  ];
  place.guards.unshift(tape.pick(guards));
  return { model: copy, coordinate: place.coordinate };
};
