-- Writes a revocation again that a fail-over lost and a gateway still has: ends the target again, and publishes it again.
-- Idempotent; merges by maximum.
-- KEYS 1 session or user · 2 revocation stream · 3 side key of a session
-- ARGV kind 's' or 'u' · tenant · id · epoch or '' · until s · tombstone s · channel · partition · horizon ms
local kind, tenant, id, level, expiry, tombstone, channel, partition, horizon = unpack(ARGV)
expiry = tonumber(expiry)
local injected = 0
-- include: clock
-- include: publish
if kind == 's' then
  -- The list of the user is not updated, because the session's id alone does not lead to it. Readers of the list check each
  -- session.
  local function end_again(key, side)
    -- include: session
    -- include: write_tombstone
    if flags >= REVOKED or text_at(record, after_text(record, IDENTITY)) ~= tenant then return end
    tombstone = math.max(tonumber(tombstone), expiry - math.floor(now / 1000))
    write_tombstone(REVOKED)
  end
  end_again(KEYS[1], KEYS[3])
else
  local user_key = KEYS[1]
  -- include: user
  -- include: write_user
  level = tonumber(level)
  if user_epoch and user_epoch >= level then
    level = user_epoch
  else
    if user_epoch then
      redis.call('DEL', user_key)
    else
      -- include: new_user
    end
    user_epoch = level
    user_retain = math.max(user_retain, expiry)
    write_user()
  end
end
return {'resubmitted', '', expiry,
  publish(KEYS[2], channel, partition, tonumber(horizon), kind, tenant, id, level, expiry)}
