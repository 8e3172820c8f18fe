-- Ends every session and every valid access token of a user by raising the epoch. Also locks users and sets not-befores.
-- KEYS 1 user · 2 revocation stream
-- ARGV now or 0 · tenant · user · verified until, or '' · tombstone s · margin s · channel · partition · horizon ms ·
--      locked 0|1 or '' · not-before or '' · remember until, or '' · up to this epoch, or '' · live sessions known, or '' ·
--      deadline, server ms or 0
local injected, tenant, owner, verified, tombstone, margin, channel, partition, horizon, locked, not_before, remember, up_to,
  known, deadline = unpack(ARGV)
deadline, up_to = tonumber(deadline), tonumber(up_to)
tombstone, margin = tonumber(tombstone), tonumber(margin)
local user_key = KEYS[1]
-- include: clock
-- include: on_time
-- include: user
-- include: write_user
-- include: revoked_until
-- include: publish
-- include: members
local expiry = revoked_until(tonumber(verified) or 0)
local live = user_epoch and #members_of(user_key) or 0
-- The store has a higher epoch: its sessions began later and stay, but tokens of the epoch to end may still be valid.
if up_to and user_epoch and user_epoch > up_to then
  local written = publish(KEYS[2], channel, partition, tonumber(horizon), 'u', tenant, owner, up_to + 1, expiry)
  return {'revoked', 0, written[3], written, up_to + 1}
end
if known ~= '' and live ~= tonumber(known) then return {'moved', ''} end
-- Epochs only rise, so that a record that was lost and created again never repeats one.
local raised = user_epoch and math.max(user_epoch + 1, now) or now
raised = math.max(raised, (up_to or 0) + 1)
if user_epoch then
  redis.call('DEL', user_key)
else
  -- include: new_user
end
user_epoch = raised
if locked ~= '' then user_locked = tonumber(locked) end
if not_before ~= '' then user_not_before = math.max(user_not_before, tonumber(not_before)) end
user_retain = math.max(user_retain, expiry, tonumber(remember) or 0)
write_user()
local written = publish(KEYS[2], channel, partition, tonumber(horizon), 'u', tenant, owner, user_epoch, expiry)
return {'revoked', live, written[3], written, user_epoch}
