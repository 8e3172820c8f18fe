import type { JsonValue } from "../json.js";
import type { SubgraphAnswer } from "../subgraph-answer.js";

/**
 * Objects and lists that stand in many places of one result tree, because an answer repeated itself there. Whatever
 * is done to one of them need be done once: to look for entities in it, or to write it.
 */
export class SharedObjects {
  #objects: Set<object> | undefined;
  #bytes = 0;
  #savedBytes = 0;

  /** Takes note of an answer. */
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

  /** Most of what was read had been read before. */
  get isMostOfAll(): boolean {
    return this.#savedBytes * 2 > this.#bytes;
  }

  /** To pass each shared object once on one way through the tree. */
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

  /** Was this value passed already? To be asked once on each arrival. */
  isPassed(value: JsonValue | undefined): boolean {
    if (!isContainer(value) || !this.#shared.has(value)) return false;
    if (this.#passed.has(value)) return true;
    this.#passed.add(value);
    return false;
  }
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;
