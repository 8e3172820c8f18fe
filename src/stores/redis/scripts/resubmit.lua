-- A gateway remembers a revocation that a fail-over lost: what it ended is ended again, and published again.
-- Idempotent; merges by maximum.
-- KEYS 1 session or user · 2 side key or index · 3 revocation stream
-- ARGV kind 's' or 'u' · tenant · id · epoch or '' · until s · tombstone s · channel · partition · horizon ms
local kind, tenant, id, epoch, expiry, tombstone, channel, partition, horizon = unpack(ARGV)
expiry = tonumber(expiry)
local now = clock('')
if kind == 's' then
  local session = read_session(KEYS[1], KEYS[2], now)
  -- The index is not known by the session's id alone; it is only ever read through the sessions themselves.
  if session and not session.ended and (session.fields.t or '') == tenant then
    session.flags = session.delivery + REVOKED
    pack_numbers(session)
    redis.call('HSET', KEYS[1], 'n', session.fields.n)
    redis.call('HDEL', KEYS[1], unpack(ENDED_FIELDS))
    redis.call('PEXPIREAT', KEYS[1], math.max(now + tonumber(tombstone) * 1000, expiry * 1000))
    redis.call('UNLINK', KEYS[2])
  end
else
  local user = read_user(KEYS[1], now)
  epoch = tonumber(epoch)
  if user and user.epoch >= epoch then
    epoch = user.epoch
  else
    if not user then
      redis.call('DEL', KEYS[1])
      user = {access = 0, locked = false, retain = 0}
    end
    user.epoch = epoch
    user.retain = math.max(user.retain, expiry)
    write_user(KEYS[1], user)
    redis.call('UNLINK', KEYS[2])
  end
end
return {'resubmitted', '', expiry,
  publish(KEYS[3], channel, partition, tonumber(horizon), kind, tenant, id, epoch, expiry)}
