-- Ends every session and every live access token of a user by raising the epoch; also locks and not-befores.
-- KEYS 1 user · 2 index · 3 revocation stream
-- ARGV now or '' · tenant · user · verified until, or '' · tombstone s · margin s · channel · partition · horizon ms ·
--      locked 0|1 or '' · not-before or '' · remember until, or ''
local injected, tenant, owner, verified, tombstone, margin, channel, partition, horizon, locked, not_before, remember =
  unpack(ARGV)
tombstone, margin = tonumber(tombstone), tonumber(margin)
local now = clock(injected)
local user = read_user(KEYS[1], now)
local expiry = revoked_until(user, tonumber(verified) or 0, now, tombstone, margin)
local live = redis.call('ZCOUNT', KEYS[2], '(' .. string.format('%.3f', now / 1000), '+inf')

if user then
  -- Epochs only rise, so that a lost and recreated record never repeats one.
  user.epoch = math.max(user.epoch + 1, now)
else
  redis.call('DEL', KEYS[1])
  user = {epoch = now, access = 0, locked = false, retain = 0}
end
if locked ~= '' then user.locked = locked == '1' end
if not_before ~= '' then user.not_before = math.max(user.not_before or 0, tonumber(not_before)) end
user.retain = math.max(user.retain, expiry, tonumber(remember) or 0)
write_user(KEYS[1], user)
redis.call('UNLINK', KEYS[2])
return {'revoked', live, expiry,
  publish(KEYS[3], channel, partition, tonumber(horizon), 'u', tenant, owner, user.epoch, expiry), user.epoch}
