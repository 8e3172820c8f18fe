import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const dishes = [
  { id: "d1", title: "Soup", chef: { id: "c1", name: "Ines", city: "Faro" } },
  { id: "d2", title: "Stew", chef: { id: "c2", name: "Jon", city: "Cork" } },
];
const chefs = [
  { id: "c1", name: "Ines", city: "Faro" },
  { id: "c2", name: "Jon", city: "Cork" },
];
const kitchen = `${FEDERATION}
  type Query { chefs: [Chef!]! }
  type Chef @key(fields: "id") { id: ID! name: String @shareable city: String }`;

const onObject: AuditSuite = {
  name: "provides-on-object",
  about: "what a path provides is taken there; elsewhere the same field is fetched from its owner",
  subgraphs: {
    menu: {
      sdl: `${FEDERATION}
        type Query { today: [Dish!]! any: Dish }
        type Dish @key(fields: "id") { id: ID! title: String chef: Chef @provides(fields: "name") helper: Chef }
        type Chef @key(fields: "id") { id: ID! name: String @external }`,
      resolvers: {
        Query: {
          today: () =>
            dishes.map(({ chef, ...dish }) => ({ ...dish, chef: { id: chef.id, name: chef.name } })),
          any: () => ({ id: "d2", title: "Stew", helper: { id: "c1" } }),
        },
      },
    },
    kitchen: {
      sdl: kitchen,
      resolvers: { Query: { chefs: () => chefs }, Chef: { __resolveReference: entity(chefs, "id") } },
    },
  },
  cases: [
    {
      query: "{ today { title chef { name } } }",
      data: {
        today: [
          { title: "Soup", chef: { name: "Ines" } },
          { title: "Stew", chef: { name: "Jon" } },
        ],
      },
      requests: 1,
    },
    {
      query: "{ today { chef { name city } } }",
      data: { today: [{ chef: { name: "Ines", city: "Faro" } }, { chef: { name: "Jon", city: "Cork" } }] },
      requests: 2,
    },
    { query: "{ any { helper { name } } }", data: { any: { helper: { name: "Ines" } } }, requests: 2 },
    {
      query: "{ any { helper { name } } today { chef { name } } }",
      data: {
        any: { helper: { name: "Ines" } },
        today: [{ chef: { name: "Ines" } }, { chef: { name: "Jon" } }],
      },
    },
    {
      query: "{ any { chef { name } title } }",
      data: { any: { chef: null, title: "Stew" } },
      requests: 1,
    },
  ],
};

const nested: AuditSuite = {
  name: "provides-nested",
  about: "a selection that is provided two levels down, beside one that is not",
  subgraphs: {
    tree: {
      sdl: `${FEDERATION}
        type Query { leaves: [Leaf!]! @provides(fields: "branch { root { depth } }") bare: [Leaf!]! }
        type Leaf @key(fields: "id") { id: ID! branch: Branch @external }
        type Branch @key(fields: "id") { id: ID! root: Root @external }
        type Root @key(fields: "id") { id: ID! depth: Int @external }`,
      resolvers: {
        Query: {
          leaves: () => [{ id: "l1", branch: { id: "b1", root: { id: "r1", depth: 40 } } }],
          bare: () => [{ id: "l1" }],
        },
      },
    },
    soil: {
      sdl: `${FEDERATION}
        type Leaf @key(fields: "id") { id: ID! branch: Branch @shareable }
        type Branch @key(fields: "id") { id: ID! root: Root @shareable bark: String }
        type Root @key(fields: "id") { id: ID! depth: Int @shareable wet: Boolean }`,
      resolvers: {
        Leaf: { __resolveReference: ({ id }) => ({ id, branch: { id: "b1" } }) },
        Branch: {
          __resolveReference: ({ id }) => ({ id }),
          root: () => ({ id: "r1" }),
          bark: () => "rough",
        },
        Root: { __resolveReference: ({ id }) => ({ id }), depth: () => 40, wet: () => true },
      },
    },
  },
  cases: [
    {
      query: "{ leaves { branch { root { depth } } } }",
      data: { leaves: [{ branch: { root: { depth: 40 } } }] },
      requests: 1,
    },
    {
      query: "{ leaves { branch { bark root { depth wet } } } }",
      data: { leaves: [{ branch: { bark: "rough", root: { depth: 40, wet: true } } }] },
    },
    {
      query: "{ bare { branch { root { depth } } } }",
      data: { bare: [{ branch: { root: { depth: 40 } } }] },
      requests: 2,
    },
    {
      query: "{ bare { id branch { id } } leaves { id branch { id } } }",
      data: {
        bare: [{ id: "l1", branch: { id: "b1" } }],
        leaves: [{ id: "l1", branch: { id: "b1" } }],
      },
    },
  ],
};

const pets = [
  { __typename: "Cat", id: "p1", name: "Tom", lives: 9 },
  { __typename: "Dog", id: "p2", name: "Rex", tricks: 2 },
];
const vet = `${FEDERATION}
  type Cat implements Pet @key(fields: "id") { id: ID! name: String @shareable lives: Int }
  type Dog implements Pet @key(fields: "id") { id: ID! name: String @shareable tricks: Int }
  interface Pet { id: ID! name: String }`;
const vetResolvers = {
  Cat: { __resolveReference: entity(pets, "id") },
  Dog: { __resolveReference: entity(pets, "id") },
};

const onInterface: AuditSuite = {
  name: "provides-on-interface",
  about: "fields provided by the interface, and by one of its types only",
  subgraphs: {
    home: {
      sdl: `${FEDERATION}
        type Query { pets: [Pet!]! @provides(fields: "... on Cat { name } ... on Dog { name }") some: [Pet!]! @provides(fields: "... on Cat { name }") }
        interface Pet { id: ID! name: String }
        type Cat implements Pet @key(fields: "id") { id: ID! name: String @external }
        type Dog implements Pet @key(fields: "id") { id: ID! name: String @external }`,
      resolvers: {
        Query: {
          pets: () => pets.map(({ __typename, id, name }) => ({ __typename, id, name })),
          some: () => [
            { __typename: "Cat", id: "p1", name: "Tom" },
            { __typename: "Dog", id: "p2" },
          ],
        },
      },
    },
    vet: { sdl: vet, resolvers: vetResolvers },
  },
  cases: [
    { query: "{ pets { name } }", data: { pets: [{ name: "Tom" }, { name: "Rex" }] }, requests: 1 },
    { query: "{ some { name } }", data: { some: [{ name: "Tom" }, { name: "Rex" }] } },
    {
      query: "{ some { ... on Cat { name } } }",
      data: { some: [{ name: "Tom" }, {}] },
      requests: 1,
    },
    {
      query: "{ pets { name ... on Dog { tricks } ... on Cat { lives } } }",
      data: {
        pets: [
          { name: "Tom", lives: 9 },
          { name: "Rex", tricks: 2 },
        ],
      },
      requests: 2,
    },
  ],
};

const onUnion: AuditSuite = {
  name: "provides-on-union",
  about: "a provided selection made of fragments on a union's members",
  subgraphs: {
    home: {
      sdl: `${FEDERATION}
        type Query { favourite: [Animal] @provides(fields: "... on Cat { name } ... on Dog { name }") animals: [Animal] }
        union Animal = Cat | Dog
        type Cat @key(fields: "id") { id: ID! name: String @external }
        type Dog @key(fields: "id") { id: ID! name: String @external }`,
      resolvers: {
        Query: {
          favourite: () => pets.map(({ __typename, id, name }) => ({ __typename, id, name })),
          animals: () => [...pets.map(({ __typename, id }) => ({ __typename, id })), null],
        },
      },
    },
    vet: { sdl: vet, resolvers: vetResolvers },
  },
  cases: [
    {
      query: "{ favourite { ... on Cat { name } ... on Dog { called: name } } }",
      data: { favourite: [{ name: "Tom" }, { called: "Rex" }] },
      requests: 1,
    },
    {
      query: "{ animals { __typename ... on Cat { name } ... on Dog { name } } }",
      data: { animals: [{ __typename: "Cat", name: "Tom" }, { __typename: "Dog", name: "Rex" }, null] },
      requests: 2,
    },
    {
      query: "{ animals { ... on Pet { name } } }",
      data: { animals: [{ name: "Tom" }, { name: "Rex" }, null] },
    },
    {
      query: "{ favourite { ... on Dog { tricks } } }",
      data: { favourite: [{}, { tricks: 2 }] },
      requests: 2,
    },
  ],
};

const belowInterface: AuditSuite = {
  name: "provides-below-interface",
  about: "a field of an interface that only a provided path can reach, answering an interface itself",
  subgraphs: {
    shop: {
      sdl: `${FEDERATION}
        type Query { display: Shelf @shareable @provides(fields: "pets { id name }") }
        interface Shelf { id: ID! pets: [Pet] }
        type Window implements Shelf { id: ID! @shareable pets: [Pet] @external }
        interface Pet { id: ID! name: String }
        type Cat implements Pet { id: ID! @external name: String @external }
        type Dog implements Pet { id: ID! @external name: String @external }`,
      resolvers: {
        Query: {
          display: () => ({
            __typename: "Window",
            id: "w1",
            pets: pets.map(({ __typename, id, name }) => ({ __typename, id, name })),
          }),
        },
      },
    },
    bare: {
      sdl: `${FEDERATION}
        type Query { display: Shelf @shareable }
        interface Shelf { id: ID! }
        type Window implements Shelf @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { display: () => ({ __typename: "Window", id: "w1" }) } },
    },
    vet: {
      sdl: `${vet}
        interface Shelf { id: ID! pets: [Pet] }
        type Window implements Shelf @key(fields: "id") { id: ID! @shareable pets: [Pet] @shareable }`,
      resolvers: { ...vetResolvers, Window: { __resolveReference: ({ id }) => ({ id, pets }) } },
    },
  },
  cases: [
    {
      query: "{ display { id pets { id name } } }",
      data: {
        display: {
          id: "w1",
          pets: [
            { id: "p1", name: "Tom" },
            { id: "p2", name: "Rex" },
          ],
        },
      },
      requests: 1,
    },
    {
      query: "{ display { __typename pets { __typename name } } }",
      data: {
        display: {
          __typename: "Window",
          pets: [
            { __typename: "Cat", name: "Tom" },
            { __typename: "Dog", name: "Rex" },
          ],
        },
      },
      requests: 1,
    },
    {
      query: "{ display { pets { name ... on Cat { lives } } } }",
      data: { display: { pets: [{ name: "Tom", lives: 9 }, { name: "Rex" }] } },
      requests: 2,
    },
    {
      query: "{ display { pets { __typename } } }",
      data: { display: { pets: [{ __typename: "Cat" }, { __typename: "Dog" }] } },
    },
  ],
};

export const provideSuites: readonly AuditSuite[] = [onObject, nested, onInterface, onUnion, belowInterface];
