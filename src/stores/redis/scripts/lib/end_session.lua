-- Ends one session of the user. Needs what revoke.lua and revoke_others.lua share. Declares end_session, which returns
-- 'unknown', 'foreign', 'over', or 'ended' with 1 if the session was live; and the time from which it has ended.
-- include: note
local function end_session(key, side, timeline, name)
  -- include: session
  if record:sub(IDENTITY, IDENTITY + #who - 1) ~= who then return {'foreign', now} end
  if rotated > now then now = rotated end
  -- include: life
  if flags >= REVOKED then return {'over', now} end
  -- include: write_tombstone
  write_tombstone(REVOKED)
  redis.call('HDEL', user_key, name)
  note(timeline, 'revoked', now, retain)
  return {'ended', now, over and 0 or 1}
end
