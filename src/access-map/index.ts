export { type AccessMapInput, createAccessMap } from "./create-access-map.js";
export { accessPage } from "./html/page.js";
export type {
  AccessChange,
  AccessChanges,
  AccessDemand,
  AccessEntry,
  AccessMap,
  AccessMember,
  AccessReach,
  AccessType,
  PersonaChange,
  SubgraphAccess,
  SubgraphIdentity,
} from "./model.js";
