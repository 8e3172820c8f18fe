-- The record of a session, one string:
--   44 bytes of numbers: version · flags · pepper id · reuse count · generation · created · auth time · absolute expiry ·
--     expiry · retained until · epoch ms · rotated ms · late answer, ms after that, or 0
--   16 bytes each: the first half of SHA-256 of the secret that follows the current one, and of the third that does
--   identity: user id, tenant, client          proof: acr, amr, unless the flags say that it is the plain one
--   details: scopes, device, address, metadata; in the side key if they are long
--   after a step-up, until a token of the new chain is used: numbers, hashes and proof of the old chain, then their
--     length in 2 bytes
--   after a step-up, 14 bytes: generations retired from, to, and when, ms
-- Every text follows its length: one byte, or two with the high bit set from 128 on. The default client and tenant are
-- empty texts; an address is four bytes if the flags say that it is IPv4; empty texts at the end of the details are left
-- out. Flags are compared from the highest: a session that has ended is >= REVOKED.
-- Declares NUMBERS, HASH, AHEAD, IDENTITY (where these begin), ELEVATION, HOUR, VERSION and the flags.
local VERSION = 3
local NUMBERS, HASH, AHEAD, IDENTITY = '>BBBBI4I4I4I4I4I4I6I6I4', 45, 61, 77
local ELEVATION, ELEVATION_BYTES = '>I4I4I6', 14
local COOKIE, SIDE, PLAIN, IPV4, ELEVATED, UNSEEN, REVOKED, REUSED = 1, 2, 4, 8, 16, 32, 64, 128
local HOUR = 3600
