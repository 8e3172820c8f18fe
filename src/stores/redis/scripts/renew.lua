-- Another access token for a client without a refresh token; of the session nothing changes.
-- KEYS 1 session · 2 side key · 3 user · 4 index · 5 not-before · 6 timeline
-- ARGV now or '' · deadline, server ms or '' · tenant · user · client · cookie 0|1 · generation · access expires by ·
--      tombstone s · margin s
local injected, deadline, tenant, owner, client, cookie, generation, access, tombstone, margin = unpack(ARGV)
local now = clock(injected)
if too_late(deadline, now) then return {'late', ''} end

local session = read_session(KEYS[1], KEYS[2], now)
if not session then return {'unknown', ''} end
if not speaks_of(session, tenant, owner) or (session.fields.c or '') ~= client or session.delivery ~= tonumber(cookie) then
  return {'invalid', ''}
end
local user = read_user(KEYS[3], now)
now = math.max(now, session.rotated)
local kind, detail = judge_life(session, user, now, session.auth, read_not_before(KEYS[5], tenant))
if kind then return {kind, detail} end
if session.generation ~= tonumber(generation) then
  note(KEYS[6], 'retired', now, session.absolute + tonumber(tombstone))
  return {'refused', 'retired'}
end
record_issue(KEYS[3], user, tonumber(access), tonumber(margin))
return reply('renewed', session)
