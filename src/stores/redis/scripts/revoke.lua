-- Ends one session and tells every gateway.
-- KEYS 1 session · 2 side key · 3 user · 4 index · 5 revocation stream · 6 not-before · 7 timeline
-- ARGV now or '' · member · public id · tenant · user · verified until, or '' · tombstone s · margin s ·
--      channel · partition · horizon ms
local injected, member, id, tenant, owner, verified, tombstone, margin, channel, partition, horizon = unpack(ARGV)
tombstone, margin = tonumber(tombstone), tonumber(margin)
local now = clock(injected)

local session = read_session(KEYS[1], KEYS[2], now)
local user = read_user(KEYS[3], now)
if session then now = math.max(now, session.rotated) end
-- RFC 7009 §2.2: a foreign id is answered like an unknown one.
if session and not speaks_of(session, tenant, owner) then return {'revoked', 0, 0} end

local expiry = revoked_until(user, tonumber(verified) or 0, now, tombstone, margin)
local revoked = 0
if session and not session.ended then
  if not judge_life(session, user, now, session.auth, read_not_before(KEYS[6], tenant)) then revoked = 1 end
  entomb(KEYS[1], KEYS[2], KEYS[4], member, session, REVOKED, now, tombstone)
  note(KEYS[7], 'revoked', now, session.retain)
elseif verified == '' then
  return {'revoked', 0, 0}
end
return {'revoked', revoked, expiry,
  publish(KEYS[5], channel, partition, tonumber(horizon), 's', tenant, id, '', expiry)}
