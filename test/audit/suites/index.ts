import type { AuditSuite } from "../suite.js";
import { entityCallSuites } from "./entity-calls.js";
import { externalSuites } from "./external.js";
import { inputSuites } from "./inputs.js";
import { interfaceObjectKeySuites } from "./interface-object-keys.js";
import { interfaceObjectSuites } from "./interface-objects.js";
import { interfaceSuites } from "./interfaces.js";
import { keySuites } from "./keys.js";
import { overrideSuites } from "./overrides.js";
import { provideSuites } from "./provides.js";
import { requireSuites } from "./requires.js";
import { abstractRequireSuites } from "./requires-abstract.js";
import { rootSuites } from "./roots.js";
import { unionSuites } from "./unions.js";
import { valueSuites } from "./values.js";

export const SUITES: readonly AuditSuite[] = [
  ...keySuites,
  ...externalSuites,
  ...entityCallSuites,
  ...provideSuites,
  ...requireSuites,
  ...abstractRequireSuites,
  ...interfaceSuites,
  ...interfaceObjectSuites,
  ...interfaceObjectKeySuites,
  ...unionSuites,
  ...overrideSuites,
  ...inputSuites,
  ...rootSuites,
  ...valueSuites,
];
