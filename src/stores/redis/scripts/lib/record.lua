-- The record of a session, one string:
--   41 bytes of numbers: version · flags · pepper id · reuse count · generation · created · auth time · absolute expiry ·
--     expiry · retained until · epoch ms · rotated ms
--   64 bytes: SHA-256 of the current secret, then of the next
--   identity: user id, tenant, client          proof: acr, amr
--   details: scopes, device, address, metadata; in the side key where they are long
--   14 bytes, of a session that was re-authenticated: generations retired from, to, and when, ms
-- Every text follows its length: one byte, or two with the high bit set from 128 on. The client and the tenant that are
-- the default, and amr "pwd", are empty texts; empty texts at the end of the details are left out.
-- Declares NUMBERS, HASHES, IDENTITY (where these begin), ELEVATION, HOUR, VERSION and the flags.
local VERSION = 1
local NUMBERS, HASHES, IDENTITY = '>BBBHI4I4I4I4I4I4I6I6', 42, 106
local ELEVATION, ELEVATION_BYTES = '>I4I4I6', 14
local COOKIE, SIDE, ELEVATED, REVOKED, REUSED = 1, 2, 4, 8, 16
local HOUR = 3600
