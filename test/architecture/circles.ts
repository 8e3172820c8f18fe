/** A module → the modules it imports, types included. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

/**
 * The circles of an import graph, each as the modules on the way from one module back to itself. One circle is named for
 * each way back into modules under way: opening those opens all.
 */
export function circlesOf(graph: ImportGraph): readonly (readonly string[])[] {
  const circles: (readonly string[])[] = [];
  const done = new Set<string>();
  const underWay: string[] = [];
  const enter = (name: string): void => {
    const at = underWay.indexOf(name);
    if (at >= 0) {
      circles.push([...underWay.slice(at), name]);
      return;
    }
    if (done.has(name)) return;
    underWay.push(name);
    for (const next of graph.get(name) ?? []) enter(next);
    underWay.pop();
    done.add(name);
  };
  for (const name of graph.keys()) enter(name);
  return circles;
}
