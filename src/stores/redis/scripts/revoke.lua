-- Ends one session and publishes that to every gateway.
-- KEYS 1 session · 2 side key · 3 user · 4 revocation stream · 5 not-before · 6 timeline
-- ARGV now or 0 · member · public id · tenant · identity without client · verified until, or '' · tombstone s · margin s ·
--      channel · partition · horizon ms
local injected, member, id, tenant, who, verified, tombstone, margin, channel, partition, horizon = unpack(ARGV)
tombstone, margin = tonumber(tombstone), tonumber(margin)
local user_key, not_before_key = KEYS[3], KEYS[5]
-- include: clock
-- include: user
-- include: not_before
-- include: end_session
local found, at, revoked = unpack(end_session(KEYS[1], KEYS[2], KEYS[6], member))
-- RFC 7009 §2.2: the id of another user's session is answered like an unknown one.
if found == 'foreign' or (found ~= 'ended' and verified == '') then return {'revoked', 0, 0} end
now = found == 'unknown' and now or at
-- include: revoked_until
-- include: publish
local expiry = revoked_until(tonumber(verified) or 0)
local written = publish(KEYS[4], channel, partition, tonumber(horizon), 's', tenant, id, '', expiry)
return {'revoked', revoked or 0, written[3], written}
