-- Ends every live session of a user but one. The caller names the sessions it knows; those it missed are returned.
-- KEYS 1 user · 2 index · 3 revocation stream · 4 not-before · then session, side key and timeline of each session named
-- ARGV now or '' · member to keep · tenant · user · tombstone s · margin s · channel · partition · horizon ms ·
--      then member and public id of each session named
local injected, keep, tenant, owner, tombstone, margin, channel, partition, horizon = unpack(ARGV, 1, 9)
tombstone, margin = tonumber(tombstone), tonumber(margin)
local now = clock(injected)
local user = read_user(KEYS[1], now)
local not_before = read_not_before(KEYS[4], tenant)
local revoked, expiry, written = 0, 0, {}

for i = 10, #ARGV, 2 do
  local member, id = ARGV[i], ARGV[i + 1]
  local first = 5 + (i - 10) / 2 * 3
  local key, side, timeline = KEYS[first], KEYS[first + 1], KEYS[first + 2]
  local session = member ~= keep and read_session(key, side, now)
  if session and speaks_of(session, tenant, owner) and not session.ended then
    local then_now = math.max(now, session.rotated)
    if not judge_life(session, user, then_now, session.auth, not_before) then revoked = revoked + 1 end
    expiry = revoked_until(user, 0, then_now, tombstone, margin)
    entomb(key, side, KEYS[2], member, session, REVOKED, then_now, tombstone)
    note(timeline, 'revoked', then_now, session.retain)
    written = publish(KEYS[3], channel, partition, tonumber(horizon), 's', tenant, id, '', expiry)
  elseif member ~= keep then
    redis.call('ZREM', KEYS[2], member)
  end
end

local missed = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. string.format('%.3f', now / 1000), '+inf')) do
  if member ~= keep then missed[#missed + 1] = member end
end
return {'revoked', revoked, expiry, written, missed}
