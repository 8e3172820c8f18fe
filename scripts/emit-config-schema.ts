// Writes schema/cardea.config.schema.json from the zod schema. A unit test fails when the two differ.
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "../src/config/json-schema.js";

const target = new URL("../schema/cardea.config.schema.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(configJsonSchema(), null, 2)}\n`);
