-- Publishes the revocation of tokens of an outside issuer. There is no session of theirs to end here.
-- Idempotent; gateways merge by maximum.
-- KEYS 1 revocation stream
-- ARGV kind · issuer · name · not-before s or '' · until s · channel · partition · horizon ms
local kind, issuer, name, not_before, expiry, channel, partition, horizon = unpack(ARGV)
-- include: publish
return {'revoked', '', tonumber(expiry),
  publish(KEYS[1], channel, partition, tonumber(horizon), kind, issuer, name, not_before, tonumber(expiry))}
