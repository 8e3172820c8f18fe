-- Another access token for a client without a refresh token. The session does not change.
-- KEYS 1 session · 2 side key · 3 user · 4 not-before · 5 timeline
-- ARGV now or 0 · deadline, server ms or 0 · member · tenant · identity · cookie 0|1 · generation · access expires by ·
--      tombstone s · margin s
local injected, deadline, member, tenant, who, cookie, claimed, access, tombstone, margin = unpack(ARGV)
deadline, access, margin = tonumber(deadline), tonumber(access), tonumber(margin)
local key, side, user_key, not_before_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- include: clock
-- include: on_time
-- include: session
if record:sub(IDENTITY, IDENTITY + #who - 1) ~= who or flags % SIDE ~= tonumber(cookie) then return {'invalid', ''} end
-- include: user
if rotated > now then now = rotated end
-- include: not_before
-- include: life
if over then return {over, why} end
local answer, own = record, -1
if generation ~= tonumber(claimed) then
  -- include: elevated
  claimed = tonumber(claimed)
  if not block or claimed < from or claimed > generation then
    -- include: note
    note(KEYS[5], 'retired', now, absolute + tonumber(tombstone))
    return {'refused', 'retired'}
  end
  -- include: turn_back
  if auth < not_before then return {'ended', 'not before'} end
  answer = struct.pack(NUMBERS, VERSION, flags, kid, reuse, generation, created, auth, absolute, expires, retain, epoch, rotated, late)
    .. record:sub(HASH)
  local replacement = to
  -- include: as_issued
end
local listed = expires
-- include: issue
return {'renewed', '', answer, flags % PLAIN >= SIDE and redis.call('GET', side) or '', own}
