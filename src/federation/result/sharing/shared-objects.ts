import type { JsonValue } from "../json.js";
import type { SubgraphAnswer } from "../subgraph-answer.js";

/**
 * Objects and lists that occur at many places of one result tree, because an answer contained repetitions. Each of them
 * is processed only once, for example when entities are collected or the response is written.
 */
export class SharedObjects {
  #objects: Set<object> | undefined;
  #bytes = 0;
  #savedBytes = 0;

  /** Records the shared objects of an answer. */
  add({ bytes = 0, repeats }: Extract<SubgraphAnswer, { kind: "answered" }>): void {
    this.#bytes += bytes;
    if (repeats === undefined) return;
    this.#savedBytes += repeats.savedBytes;
    this.#objects ??= new Set();
    for (const object of repeats.shared) this.#objects.add(object);
  }

  /** The members of each of these objects that is shared went to several others. */
  spread(objects: readonly JsonValue[]): void {
    if (this.#objects === undefined) return;
    for (const object of objects) {
      if (!isContainer(object) || !this.#objects.has(object)) continue;
      for (const member of Object.values(object)) if (isContainer(member)) this.#objects.add(member);
    }
  }

  has(object: object): boolean {
    return this.#objects?.has(object) === true;
  }

  /** More than half of the text was repetition. */
  get isMostlyShared(): boolean {
    return this.#savedBytes * 2 > this.#bytes;
  }

  /** Visits each shared object once during one walk of the tree. */
  walk(): Walk | undefined {
    return this.#objects === undefined ? undefined : new Walk(this.#objects);
  }
}

export class Walk {
  readonly #shared: ReadonlySet<object>;
  readonly #passed = new Set<object>();

  constructor(shared: ReadonlySet<object>) {
    this.#shared = shared;
  }

  /** Was this value visited already? Marks it as visited, so call it once per visit. */
  isPassed(value: JsonValue | undefined): boolean {
    if (!isContainer(value) || !this.#shared.has(value)) return false;
    if (this.#passed.has(value)) return true;
    this.#passed.add(value);
    return false;
  }
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;
