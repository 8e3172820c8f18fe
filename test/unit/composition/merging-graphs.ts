/** A small graph in which subgraphs, named a, b, c in turn, say one thing differently. */
export type MergingGraph = readonly [about: string, ...subgraphs: string[]];

const BOOK = "type Book { title: String @shareable }";
const MEDIA = `union Media = Book | Movie ${BOOK} type Movie { title: String @shareable }`;
const WORK = `interface Work { title: String } type Book implements Work { title: String @shareable }
  type Movie implements Work { title: String }`;
const SHELF = "type Query { shelf: Shelf @shareable } interface Shelf { top:";
const PETS = `interface Pet { name: String } interface Furry implements Pet { name: String fur: Int }
  type Cat implements Pet & Furry @shareable { name: String fur: Int lives: Int }
  type Dog implements Pet & Furry @shareable { name: String fur: Int tricks: Int }`;
const QUERY = "type Query { user: User }";
const user = (fields: string): string => `type User @key(fields: "id") { id: ID! ${fields} }`;
const asks = (argument: string): string => `type Query { f${argument}: Int @shareable }`;

/** What is answered takes the widest type. */
const OUTPUTS: readonly MergingGraph[] = [
  [
    "object, union",
    `type Query { book: Book @shareable } ${BOOK}`,
    `type Query { book: Media @shareable } ${MEDIA}`,
  ],
  [
    "union, object",
    `type Query { book: Media @shareable } ${MEDIA}`,
    `type Query { book: Book @shareable } ${BOOK}`,
  ],
  [
    "object, interface",
    `type Query { book: Book! @shareable } ${BOOK}`,
    `type Query { book: Work @shareable } ${WORK}`,
  ],
  [
    "roots under names of their own",
    `schema { query: Q mutation: M } type Q { book: Book @shareable } type M { add: Book @shareable } ${BOOK}`,
    `schema { query: R mutation: N } type R { book: Work @shareable } type N { add: Work @shareable } ${WORK}`,
  ],
  [
    "lists",
    `type Query { all: [Book!]! @shareable } ${BOOK}`,
    `type Query { all: [Media] @shareable } ${MEDIA}`,
  ],
  [
    "fields",
    `${QUERY} ${user("book: Book! @shareable")} ${BOOK}`,
    `${user("book: Work! @shareable")} ${WORK}`,
  ],
  [
    "fields of an interface",
    `${SHELF} Book } type Wall implements Shelf { top: Book @shareable } ${BOOK}`,
    `${SHELF} Media } type Wall implements Shelf { top: Media @shareable } ${MEDIA}`,
  ],
  [
    "interfaces",
    `type Query { pet: Furry @shareable } ${PETS}`,
    `type Query { pet: Pet @shareable } ${PETS}`,
  ],
  [
    "a member that a third subgraph knows",
    `type Query { book: Book @shareable } ${BOOK}`,
    "type Query { book: Media @shareable } union Media = Movie type Movie { title: String @shareable }",
    `type Query { all: [Media] } ${MEDIA}`,
  ],
  [
    "an interface without a field of the object",
    'type Query { book: Book @shareable } type Book @key(fields: "isbn") { isbn: ID! }',
    `type Query { book: Work @shareable } interface Work { title: String } type Movie implements Work { title: String }
      type Book implements Work @key(fields: "isbn") { isbn: ID! title: String }`,
  ],
  [
    "an entity interface",
    'type Query { book: Book @shareable } type Book @key(fields: "id") { id: ID! pages: Int }',
    `type Query { book: Work @shareable } interface Work @key(fields: "id") { id: ID! size: Int }
      type Book implements Work @key(fields: "id") { id: ID! size: Int }
      type Movie implements Work @key(fields: "id") { id: ID! size: Int }`,
    'type Work @key(fields: "id") @interfaceObject { id: ID! stars: Int }',
  ],
  [
    "a field of an interface object",
    `type Query { work: Work } interface Work @key(fields: "id") { id: ID! size: Int! }
      type Book implements Work @key(fields: "id") { id: ID! size: Int! @shareable }`,
    'type Work @key(fields: "id") @interfaceObject { id: ID! size: Int @shareable }',
  ],
  [
    "a field that a key goes through",
    `${QUERY} ${user("book: Book @shareable")} ${BOOK} type Mark @key(fields: "book { title }") { book: Book }`,
    `${user("book: Media @shareable")} ${MEDIA}`,
  ],
  [
    "an external key",
    `${QUERY} ${user("")}`,
    `extend type User @key(fields: "id") { id: ID @external size: Int }`,
  ],
  [
    "nullability inside lists",
    "type Query { a: [String!]! @shareable b: [[Int!]!]! @shareable }",
    "type Query { a: [String] @shareable b: [[Int]!] @shareable }",
  ],
  [
    "nullability in interfaces",
    "type Query { m: M @shareable } interface M { a: [Int!]! b: Int } type X implements M @shareable { a: [Int!]! b: Int }",
    "type Query { m: M @shareable } interface M { a: [Int] b: Int! } type X implements M @shareable { a: [Int] b: Int! }",
  ],
];

const LABEL = 'label: "percent(50)"';

const OVERRIDES: readonly MergingGraph[] = [
  [
    "by the wider type",
    `${QUERY} ${user("book: Book")} ${BOOK}`,
    `${user('book: Media @override(from: "a")')} ${MEDIA}`,
  ],
  [
    "by the narrower type",
    `${QUERY} ${user("book: Media")} ${MEDIA}`,
    `${user('book: Book @override(from: "a")')} ${BOOK}`,
  ],
  [
    "of a root field",
    `type Query { book: Book } ${BOOK}`,
    `type Query { book: Media @override(from: "a") } ${MEDIA}`,
  ],
  [
    "step by step",
    `${QUERY} ${user("book: Book")} ${BOOK}`,
    `${user(`book: Media @override(from: "a", ${LABEL})`)} ${MEDIA}`,
  ],
  [
    "of what the old owner has dropped",
    `${QUERY} ${user("")}`,
    `type Query { v: Int @override(from: "a", ${LABEL}) } ${user(`n: Int @override(from: "a", ${LABEL})`)}`,
  ],
  ["of a subgraph that is gone", `${QUERY} ${user("")}`, user(`n: Int @override(from: "gone", ${LABEL})`)],
  [
    "of a root field, step by step",
    "type Query { n: Int }",
    `type Query { n: Int @override(from: "a", ${LABEL}) }`,
  ],
];

/** What is given takes the narrowest type. */
const INPUTS: readonly MergingGraph[] = [
  ["lists of arguments", asks("(a: [Int], b: [Int!])"), asks("(a: [Int!], b: [Int])")],
  ["a required argument", asks("(a: Int)"), asks("(a: Int!)")],
  ["a default in one place", asks("(a: Int = 1)"), asks("(a: Int)")],
  ["a default for a required argument in one place", asks("(a: Int! = 1)"), asks("(a: Int!)")],
  ["a default of null in one place", asks("(a: Int = null)"), asks("(a: Int)")],
  [
    "a default that is no value any more",
    `${asks("(e: E = A)")} enum E { A B }`,
    `${asks("(e: E)")} enum E { B C }`,
  ],
  ["an argument in one place", asks("(a: Int, b: Int)"), asks("(b: Int)")],
  ["an argument with a default in one place", asks("(a: Int! = 1)"), asks("")],
  [
    "input fields",
    `${asks("(i: I)")} input I { a: [[Int!]] n: [N!] } input N { x: Int! = 5 y: [String] z: Int! = 1 }`,
    `${asks("(i: I)")} input I { a: [[Int]] n: [N] } input N { x: Int! = 5 y: [String!]! }`,
  ],
  [
    "an input field that is optional where it stands",
    `${asks("(i: I)")} input I { a: Int b: Int! = 3 }`,
    `${asks("(i: I)")} input I { a: Int b: Int }`,
    `${asks("(i: I)")} input I { a: Int }`,
  ],
  [
    "arguments of an interface",
    "type Query { n: N @shareable } interface N { f(a: [Int], b: Int): Int } type T implements N @shareable { f(a: [Int], b: Int): Int }",
    "type Query { n: N @shareable } interface N { f(a: [Int!]!): Int } type T implements N @shareable { f(a: [Int!]!): Int }",
  ],
];

const REST: readonly MergingGraph[] = [
  [
    "an inaccessible argument of an interface",
    "type Query { n: N @shareable } interface N { f(a: Int @inaccessible): Int } type T implements N @shareable { f(a: Int @inaccessible): Int }",
    "type Query { n: N @shareable } interface N { f(a: Int): Int } type T implements N @shareable { f(a: Int): Int }",
  ],
  [
    "an inaccessible argument of an interface only",
    "type Query { n: N } interface N { f(a: Int @inaccessible): Int } type T implements N { f(a: Int): Int }",
  ],
  [
    "provisions of a query all subgraphs have",
    `type Query { user: User @shareable @provides(fields: "n") } ${user("n: Int @external")}`,
    `type Query { user: User @shareable } ${user("n: Int @shareable")}`,
  ],
  [
    "enums that are answered",
    "type Query { e: E @shareable } enum E { A B }",
    "type Query { e: E @shareable } enum E { B C }",
  ],
  ["enums that are given", `${asks("(e: E)")} enum E { A B }`, `${asks("(e: E)")} enum E { B C }`],
  [
    "value types in part",
    `type Query { b: B @shareable } type B @shareable { x: Int y: Int }`,
    `type Query { b: B @shareable } type B @shareable { x: Int }`,
  ],
  [
    "tags and deprecations",
    `type Query @tag(name: "q") { v(i: Int @tag(name: "i")): Int @shareable @tag(name: "a") @deprecated(reason: "one") }`,
    `type Query { v(i: Int @tag(name: "j")): Int @shareable @tag(name: "a") @tag(name: "b") @deprecated(reason: "two") }`,
  ],
  [
    "inaccessible in one place",
    "type Query { v: V @shareable f(i: I): Int @shareable } type V @shareable { a: Int b: Int @inaccessible } input I { a: Int b: Int @inaccessible }",
    "type Query { v: V @shareable f(i: I): Int @shareable } type V @shareable { a: Int b: Int } input I { a: Int b: Int }",
  ],
];

/** Both composers take these and make the same of them. */
export const COMPOSED = { OUTPUTS, OVERRIDES, INPUTS, REST };

/** Both refuse these. */
export const REFUSED: readonly MergingGraph[] = [
  [
    "types that have nothing in common",
    "type Query { v: Int @shareable }",
    "type Query { v: String @shareable }",
  ],
  [
    "interfaces that disagree",
    "type Query { m: M } interface M { v: Int } type X implements M { v: Int }",
    "type Query { n: M } interface M { v: String } type Y implements M { v: String }",
  ],
  [
    "a wider type that promises more",
    `type Query { book: Book @shareable } ${BOOK}`,
    `type Query { book: Media! @shareable } ${MEDIA}`,
  ],
  [
    "lists that promise more and less",
    "type Query { v: [Int!] @shareable }",
    "type Query { v: [Int]! @shareable }",
  ],
  [
    "an object beside an interface object",
    'type Query { m: X @shareable } interface M @key(fields: "id") { id: ID! } type X implements M @key(fields: "id") { id: ID! }',
    'type Query { m: M @shareable } type M @key(fields: "id") @interfaceObject { id: ID! n: Int }',
  ],
  [
    "an external field of another type",
    `${QUERY} ${user('book: Book @external n: Int @requires(fields: "book { title }")')} ${BOOK}`,
    `${user("book: Media")} ${MEDIA}`,
  ],
  [
    "a hidden supertype",
    `type Query { book: Book @shareable } ${BOOK}`,
    `type Query { book: Media @shareable } ${MEDIA.replace("Media =", "Media @inaccessible =")}`,
  ],
  ["an override that changes the type", `${QUERY} ${user("n: Int")}`, user('n: String @override(from: "a")')],
  [
    "an interface whose implementation answers with more",
    `type Query { s: Shelf } interface Shelf { top: Book } type Wall implements Shelf @key(fields: "id") { id: ID! top: Book @shareable } ${BOOK}`,
    `type Wall @key(fields: "id") { id: ID! top: Media @shareable } ${MEDIA}`,
  ],
  ["a required argument in one place", asks("(a: Int!)"), asks("")],
  ["a hidden argument that one subgraph requires", asks("(a: Int = 1 @inaccessible)"), asks("(a: Int!)")],
  ["different defaults", asks("(a: Int = 1)"), asks("(a: Int = 2)")],
  ["lists of arguments that ask for more and less", asks("(a: [Int!])"), asks("(a: [Int]!)")],
];
