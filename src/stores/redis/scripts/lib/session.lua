-- Reads a session. Needs key and now. Returns from the script when there is none, or it has expired.
-- Declares record and the numbers in it, and kept, the hour in which the key expires.
-- include: record
local record = redis.call('GET', key)
if not record then return {'unknown', ''} end
if record:byte() == 2 then
  -- include: upgrade
end
if record:byte() ~= VERSION then error({err = 'VERSION the record of a session is not of this version'}) end
local _, flags, kid, reuse, generation, created, auth, absolute, expires, retain, epoch, rotated, late =
  struct.unpack(NUMBERS, record)
if now >= retain * 1000 then return {'unknown', ''} end
local kept = math.floor(retain / HOUR) + 1
