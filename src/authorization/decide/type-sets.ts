/** Names of object types. Results reuse an operand object where possible, so that caches by identity hit. */
export type TypeSet = ReadonlySet<string>;

export const NO_TYPES: TypeSet = new Set();

export const intersect = (left: TypeSet, right: TypeSet): TypeSet => {
  if (left === right) return left;
  const [small, large] = left.size <= right.size ? [left, right] : [right, left];
  const common = new Set<string>();
  for (const name of small) if (large.has(name)) common.add(name);
  return common.size === small.size ? small : common.size === 0 ? NO_TYPES : common;
};

export const union = (left: TypeSet, right: TypeSet): TypeSet => {
  if (left === right || right.size === 0) return left;
  if (left.size === 0) return right;
  const [small, large] = left.size <= right.size ? [left, right] : [right, left];
  let all: Set<string> | undefined;
  for (const name of small) {
    if (large.has(name)) continue;
    all ??= new Set(large);
    all.add(name);
  }
  return all ?? large;
};

export const overlaps = (left: TypeSet, right: TypeSet): boolean => {
  if (left === right) return left.size > 0;
  const [small, large] = left.size <= right.size ? [left, right] : [right, left];
  for (const name of small) if (large.has(name)) return true;
  return false;
};
