// Writes test/vectors/jose-attacks.json: one forged or malformed token for every weakness class in public collections
// of JOSE attacks. Each run generates new keys; the file contains them, private keys included, because the test needs
// them. Run: npx tsx scripts/generate-jose-attacks.ts
import { writeFileSync } from "node:fs";
import { attackVectors } from "../test/support/jose-attacks.js";

const target = new URL("../test/vectors/jose-attacks.json", import.meta.url);
writeFileSync(target, `${JSON.stringify(attackVectors(), null, 1)}\n`);
