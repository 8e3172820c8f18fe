-- The record of a session, one string:
--   40 bytes of numbers: version · flags · pepper id · reuse count · generation · created · auth time · absolute expiry ·
--     expiry · retained until · epoch ms · rotated ms
--   32 bytes: SHA-256 of the secret that follows the current one
--   identity: user id, tenant, client          proof: acr, amr, unless the flags say that it is the plain one
--   details: scopes, device, address, metadata; in the side key where they are long
--   14 bytes, of a session that was re-authenticated: generations retired from, to, and when, ms
-- Every text follows its length: one byte, or two with the high bit set from 128 on. The client and the tenant that are
-- the default are empty texts; an address is four bytes where the flags say that it is of IPv4; empty texts at the end
-- of the details are left out. Flags are compared from the highest: what has ended is >= REVOKED.
-- Declares NUMBERS, HASH, IDENTITY (where these begin), ELEVATION, HOUR, VERSION and the flags.
local VERSION = 2
local NUMBERS, HASH, IDENTITY = '>BBBBI4I4I4I4I4I4I6I6', 41, 73
local ELEVATION, ELEVATION_BYTES = '>I4I4I6', 14
local COOKIE, SIDE, PLAIN, IPV4, ELEVATED, REVOKED, REUSED = 1, 2, 4, 8, 16, 32, 64
local HOUR = 3600
