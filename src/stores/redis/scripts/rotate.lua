-- A refresh: the decision table of domain/rotation.ts.
-- KEYS 1 session · 2 side key · 3 user · 4 index · 5 revocation stream · 6 not-before · 7 timeline
-- ARGV now or '' · deadline, server ms or '' · member · public id · tenant · user · client or '?' · cookie 0|1 · generation · presented hash ·
--      successor hash · following hash · kid · scopes asked for, or '' · access expires by ·
--      idle s · grace ms · most reuses · tombstone s · margin s · channel · partition · horizon ms
local injected, deadline, member, id, tenant, owner, client, cookie, generation, presented, successor, following, kid, scopes,
  access, idle, grace, most, tombstone, margin, channel, partition, horizon = unpack(ARGV)
generation, access, grace = tonumber(generation), tonumber(access), tonumber(grace)
tombstone, margin = tonumber(tombstone), tonumber(margin)
local now = clock(injected)
if too_late(deadline, now) then return {'late', ''} end

local session = read_session(KEYS[1], KEYS[2], now)
if not session then return {'unknown', ''} end
if not speaks_of(session, tenant, owner)
  or (client ~= '?' and (session.fields.c or '') ~= client)
  or session.delivery ~= tonumber(cookie) then return {'invalid', ''} end
local user = read_user(KEYS[3], now)
-- A fail-over to a slow clock reopens no window.
now = math.max(now, session.rotated)
local kind, detail = judge_life(session, user, now, session.auth, read_not_before(KEYS[6], tenant))
if kind then return {kind, detail} end

local age = session.generation - generation
local in_grace = now - session.rotated <= grace

local function judge_token()
  local hashes = session.fields.h
  if age == 0 then return presented == hashes:sub(1, 32) and 'rotated' or 'invalid' end
  if age == -1 then return presented == hashes:sub(33, 64) and 'healed' or 'invalid' end
  if age < -1 then return 'invalid' end
  if session.to and generation >= session.from and generation < session.to then
    if session.generation == session.to or now - session.elevated <= grace then return 'refused', 'retired' end
    return 'reused'
  end
  if age == 1 then
    if successor ~= hashes:sub(1, 32) then return 'invalid' end
    if not in_grace then return 'reused' end
    if session.reuse < tonumber(most) then return 'same successor' end
    return 'refused', 'exhausted'
  end
  if age == 2 and in_grace then return 'refused', 'two back' end
  return 'reused'
end

local function asks_too_much()
  local granted = ' ' .. (session.fields.s or '') .. ' '
  for scope in scopes:gmatch('%S+') do
    if not granted:find(' ' .. scope .. ' ', 1, true) then return true end
  end
  return false
end

kind, detail = judge_token()
if kind == 'invalid' then return {'invalid', ''} end
if kind == 'refused' then
  note(KEYS[7], detail, now, session.absolute + tombstone)
  return {'refused', detail}
end
if kind == 'reused' then
  entomb(KEYS[1], KEYS[2], KEYS[4], member, session, REUSED, now, tombstone)
  note(KEYS[7], 'reused', now, session.retain)
  local expiry = revoked_until(user, 0, now, tombstone, margin)
  return {'reused', '', expiry,
    publish(KEYS[5], channel, partition, tonumber(horizon), 's', tenant, id, '', expiry)}
end
if asks_too_much() then return {'scope', ''} end

if kind == 'same successor' then
  session.reuse = session.reuse + 1
else
  session.generation = generation + 1
  session.rotated = now
  session.reuse = 0
  session.kid = tonumber(kid)
  session.fields.h = successor .. following
  extend_life(session, now, tonumber(idle), tombstone)
  write_index(KEYS[4], member, session.expires, now)
end
if kind ~= 'rotated' then note(KEYS[7], kind, now, session.absolute + tombstone) end
touch_session(KEYS[1], KEYS[2], session)
record_issue(KEYS[3], user, access, margin)
return reply(kind, session)
