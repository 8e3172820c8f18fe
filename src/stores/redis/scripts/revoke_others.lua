-- Ends all sessions of a user except one. The caller names them; the last call answers which ones are missing.
-- KEYS 1 user · 2 revocation stream · 3 not-before · then session, side key and timeline of each session named
-- ARGV now or 0 · member to keep · tenant · identity without client · tombstone s · margin s · channel · partition ·
--      horizon ms · 1 to answer the missing ones · then member and public id of each session named
local injected, keep, tenant, who, tombstone, margin, channel, partition, horizon, is_last = unpack(ARGV, 1, 10)
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
for i = 11, #ARGV, 2 do
  local member, id = ARGV[i], ARGV[i + 1]
  local first = 4 + (i - 11) / 2 * 3
  if member ~= keep then
    now = began
    local found, at, live = unpack(end_session(KEYS[first], KEYS[first + 1], KEYS[first + 2], member))
    if found == 'ended' then
      now = at
      revoked = revoked + live
      written = publish(KEYS[2], channel, partition, tonumber(horizon), 's', tenant, id, '', revoked_until(0))
      expiry = written[3]
    else
      redis.call('HDEL', user_key, member)
    end
  end
end
now = began
local missed = {}
for _, member in ipairs(is_last == '1' and members_of(user_key) or {}) do
  if member ~= keep then missed[#missed + 1] = member end
end
return {'revoked', revoked, expiry, written, missed}
