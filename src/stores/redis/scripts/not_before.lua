-- Raises the not-before of a tenant or of everyone: older proofs of identity and access tokens are refused. Each partition
-- has a copy.
-- KEYS 1 not-before · 2 revocation stream
-- ARGV tenant, or '*' · not-before s · published until s · remember until s · channel · partition · horizon ms
local tenant, not_before, expiry, remember, channel, partition, horizon = unpack(ARGV)
-- include: publish
not_before = math.max(tonumber(not_before), tonumber(redis.call('HGET', KEYS[1], tenant)) or 0)
redis.call('HSET', KEYS[1], tenant, not_before)
redis.call('PEXPIREAT', KEYS[1], math.max(redis.call('PEXPIRETIME', KEYS[1]), tonumber(remember) * 1000))
local written = publish(KEYS[2], channel, partition, tonumber(horizon), tenant == '*' and 'g' or 't', tenant, '', not_before,
  tonumber(expiry))
return {'raised', '', written[3], written}
