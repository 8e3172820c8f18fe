-- Ends every live session of a user but one. The caller names the sessions it knows; those it missed are returned.
-- KEYS 1 user · 2 revocation stream · 3 not-before · then session, side key and timeline of each session named
-- ARGV now or 0 · member to keep · tenant · identity without client · tombstone s · margin s · channel · partition ·
--      horizon ms · then member and public id of each session named
local injected, keep, tenant, who, tombstone, margin, channel, partition, horizon = unpack(ARGV, 1, 9)
tombstone, margin = tonumber(tombstone), tonumber(margin)
local user_key, not_before_key = KEYS[1], KEYS[3]
-- include: clock
-- include: user
-- include: not_before
-- include: end_session
-- include: revoked_until
-- include: publish
-- include: members
local revoked, expiry, written = 0, 0, {}
local began = now
for i = 10, #ARGV, 2 do
  local member, id = ARGV[i], ARGV[i + 1]
  local first = 4 + (i - 10) / 2 * 3
  if member ~= keep then
    now = began
    local found, at, live = unpack(end_session(KEYS[first], KEYS[first + 1], KEYS[first + 2], member))
    if found == 'ended' then
      now = at
      revoked = revoked + live
      expiry = revoked_until(0)
      written = publish(KEYS[2], channel, partition, tonumber(horizon), 's', tenant, id, '', expiry)
    else
      redis.call('HDEL', user_key, member)
    end
  end
end
now = began
local missed = {}
for _, member in ipairs(members_of(user_key)) do
  if member ~= keep then missed[#missed + 1] = member end
end
return {'revoked', revoked, expiry, written, missed}
