// Writes test/vectors/jose-attacks.json: one forged or twisted token for every weakness class that public collections
// of JOSE attacks name. Keys are drawn anew on each run; the file holds all that the test needs, private keys of the
// test included. Run: npx tsx scripts/generate-jose-attacks.ts
import { writeFileSync } from "node:fs";
import { attackVectors } from "../test/support/jose-attacks.js";

const target = new URL("../test/vectors/jose-attacks.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(attackVectors(), null, 1)}\n`);
