// Writes the table of docs/reference/configuration.md from the one zod schema. A test fails when the two differ.
import { readFileSync, writeFileSync } from "node:fs";
import { configJsonSchema } from "../src/config/json-schema.js";
import { withSettings } from "./settings-table.js";

const target = new URL("../docs/reference/configuration.md", import.meta.url);
writeFileSync(target, withSettings(readFileSync(target, "utf8"), configJsonSchema()));
