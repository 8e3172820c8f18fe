/** Numbers equal things alike, in the order they are met. */
export class Listed<Value> {
  readonly values: Value[] = [];
  readonly #places = new Map<string, number>();

  /** @param make - called when the key is new */
  placeOf(key: string, make: () => Value): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.values.push(make()) - 1;
    this.#places.set(key, place);
    return place;
  }
}

/** By code units: the same order on every machine. */
export const byText = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
