-- Writes a session that goes on. Its key outlives the record by up to an hour, so that few refreshes move an expiry.
-- Needs key, side, the session's flags, retain, kept and written (the new record).
local hour = math.floor(retain / HOUR) + 1
if hour == kept then
  redis.call('SET', key, written, 'KEEPTTL')
else
  redis.call('SET', key, written, 'EXAT', hour * HOUR)
  if flags % PLAIN >= SIDE then redis.call('EXPIREAT', side, hour * HOUR) end
end
