/** The `data` of an answer whose JSON text exists already; it is parsed on first access. */
type Data = Record<string, unknown>;

/** The key to read the text of a {@link writtenData}; other code cannot read or set it. */
const TEXT = Symbol("text");

/**
 * An object that represents JSON text. It behaves like the parsed object: the first access parses the text, and from then
 * on it is that object, including changes. Only `structuredClone`, which does not accept a proxy, needs a copy:
 * `{ ...data }`.
 *
 * @param text - a JSON object
 */
export const writtenData = (text: string): Data => new Proxy<Data>({}, new Parsing(text));

/**
 * `JSON.stringify` for a GraphQL result. It copies the text of data that was not accessed.
 *
 * For Apollo Server's `stringifyResult`: errors first, as it orders them.
 */
export const stringifyResult = (result: object): string => {
  const { data } = result as Data;
  const text = typeof data === "object" && data !== null ? (data as Untouched)[TEXT] : undefined;
  return text !== undefined && isAlone(result as Data) ? `{"data":${text}}` : JSON.stringify(result);
};

const isAlone = (result: Data): boolean => {
  for (const name in result) if (name !== "data" && result[name] !== undefined) return false;
  return true;
};

interface Untouched {
  readonly [TEXT]?: string;
}

class Parsing implements ProxyHandler<Data> {
  #text: string | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  #parse(target: Data): void {
    if (this.#text === undefined) return;
    const parsed: unknown = JSON.parse(this.#text);
    this.#text = undefined;
    // A definition, not an assignment: `__proto__` is a key like any other.
    Object.defineProperties(target, Object.getOwnPropertyDescriptors(parsed));
  }

  get(target: Data, key: string | symbol, receiver: unknown): unknown {
    if (key === TEXT) return this.#text;
    this.#parse(target);
    return Reflect.get(target, key, receiver);
  }

  set(target: Data, key: string | symbol, value: unknown): boolean {
    this.#parse(target);
    return Reflect.set(target, key, value);
  }

  has(target: Data, key: string | symbol): boolean {
    this.#parse(target);
    return Reflect.has(target, key);
  }

  deleteProperty(target: Data, key: string | symbol): boolean {
    this.#parse(target);
    return Reflect.deleteProperty(target, key);
  }

  ownKeys(target: Data): ArrayLike<string | symbol> {
    this.#parse(target);
    return Reflect.ownKeys(target);
  }

  getOwnPropertyDescriptor(target: Data, key: string | symbol): PropertyDescriptor | undefined {
    this.#parse(target);
    return Reflect.getOwnPropertyDescriptor(target, key);
  }

  defineProperty(target: Data, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    this.#parse(target);
    return Reflect.defineProperty(target, key, descriptor);
  }

  preventExtensions(target: Data): boolean {
    this.#parse(target);
    return Reflect.preventExtensions(target);
  }
}
