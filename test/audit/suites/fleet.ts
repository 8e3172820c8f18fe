import { entity, FEDERATION } from "../suite.js";

const vehicles = [
  { __typename: "Van", id: "v1", wheels: 4, load: 900 },
  { __typename: "Bike", id: "b1", wheels: 2, gears: 21 },
];
// Of an interface object the gateway always asks the concrete type: guards and hidden types depend on it.
export const fleet = {
  sdl: `${FEDERATION}
    type Query { vehicles: [Vehicle!]! }
    interface Vehicle @key(fields: "id") { id: ID! wheels: Int }
    type Van implements Vehicle @key(fields: "id") { id: ID! wheels: Int load: Int }
    type Bike implements Vehicle @key(fields: "id") { id: ID! wheels: Int gears: Int }`,
  resolvers: {
    Query: { vehicles: () => vehicles },
    Vehicle: { __resolveReference: entity(vehicles, "id") },
    Van: { __resolveReference: entity(vehicles, "id") },
    Bike: { __resolveReference: entity(vehicles, "id") },
  },
} as const;
