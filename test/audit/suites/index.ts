import type { AuditSuite } from "../suite.js";
import { externalSuites } from "./external.js";
import { interfaceObjectSuites } from "./interface-objects.js";
import { interfaceSuites } from "./interfaces.js";
import { keySuites } from "./keys.js";
import { provideSuites } from "./provides.js";
import { requireSuites } from "./requires.js";
import { abstractRequireSuites } from "./requires-abstract.js";
import { unionSuites } from "./unions.js";

export const SUITES: readonly AuditSuite[] = [
  ...keySuites,
  ...externalSuites,
  ...provideSuites,
  ...requireSuites,
  ...abstractRequireSuites,
  ...interfaceSuites,
  ...interfaceObjectSuites,
  ...unionSuites,
];
