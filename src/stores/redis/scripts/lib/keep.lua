-- Writes a live session. Its key is kept for up to an hour after the record expires, so that few refreshes change the TTL.
-- Needs key, side, the session's flags, retain, kept and written (the new record).
local hour = math.floor(retain / HOUR) + 1
if hour == kept then
  redis.call('SET', key, written, 'KEEPTTL')
else
  redis.call('SET', key, written, 'EXAT', hour * HOUR)
  if flags % PLAIN >= SIDE then redis.call('EXPIREAT', side, hour * HOUR) end
end
