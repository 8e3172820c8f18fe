-- Step-up: a new chain of refresh tokens, and a new auth_time.
-- KEYS 1 session · 2 side key · 3 user · 4 index · 5 not-before · 6 timeline
-- ARGV now or '' · deadline, server ms or '' · member · tenant · user · generation · auth time · kid · hashes, current then next ·
--      access expires by · idle s · tombstone s · margin s · then acr and amr as name, value pairs
local injected, deadline, member, tenant, owner, generation, auth, kid, hashes, access, idle, tombstone, margin = unpack(ARGV, 1, 13)
auth, access, tombstone, margin = tonumber(auth), tonumber(access), tonumber(tombstone), tonumber(margin)
local now = clock(injected)
if too_late(deadline, now) then return {'late', ''} end

local session = read_session(KEYS[1], KEYS[2], now)
if not session then return {'unknown', ''} end
if not speaks_of(session, tenant, owner) then return {'invalid', ''} end
local user = read_user(KEYS[3], now)
now = math.max(now, session.rotated)
local kind, detail = judge_life(session, user, now, auth, read_not_before(KEYS[5], tenant))
if kind then return {kind, detail} end
if session.generation ~= tonumber(generation) then return {'moved', session.generation} end

-- Repeated because its answer was lost: what the first one retired stays retired.
local from = session.to == session.generation and session.from or session.generation
session.generation = session.generation + 1
session.fields.e = struct.pack(ELEVATION, from, session.generation, now)
session.fields.h = hashes
session.fields.a, session.fields.m = nil, nil
for i = 14, #ARGV, 2 do session.fields[ARGV[i]] = ARGV[i + 1] end
session.auth = auth
session.rotated = now
session.reuse = 0
session.kid = tonumber(kid)
extend_life(session, now, tonumber(idle), tombstone)

session.fields.x = nil
redis.call('DEL', KEYS[1], KEYS[2])
write_session(KEYS[1], KEYS[2], session)
write_index(KEYS[4], member, session.expires, now)
note(KEYS[6], 'elevated', now, session.absolute + tombstone)
record_issue(KEYS[3], user, access, margin)
return reply('elevated', session)
