/** One call site, so that V8 has an inline cache for it: filling that cache makes V8 optimise the prototype. */
const memberOf = (boxed: { readonly charCodeAt: unknown }): unknown => boxed.charCodeAt;

const READS = 1_000;

/**
 * Keeps the methods of strings fast in this process, whichever packages are loaded.
 *
 * A `class X extends String` anywhere (the Redis client has one) makes V8 store the members of String.prototype in a
 * dictionary. From then on `charCodeAt` is a function call for every character, four to eight times slower. V8 makes a
 * prototype fast again when it is read through an object. Strings are not objects, but boxed strings are, so reading
 * one is enough, before such a class is loaded or after it. In an engine that behaves differently it does no harm.
 */
export function keepStringsFast(): void {
  const boxed = Object("x") as { readonly charCodeAt: unknown };
  for (let read = 0; read < READS; read += 1) memberOf(boxed);
}
