-- Reads a user: epoch ms · latest access-token expiry · retained until · not-before · 1 if locked.
-- The other fields of the hash are the user's sessions: 16 bytes of their ids, with their expiry and their beginning. The
-- beginning is missing if an older version wrote the field.
-- Needs user_key and now. Declares USER and the numbers; they are nil if there is no such user, or the record has expired.
local USER, USER_VERSION = '>BI6I4I4I4B', 1
local user_epoch, user_access, user_retain, user_not_before, user_locked
local user_record = redis.call('HGET', user_key, 'e')
if user_record then
  if user_record:byte() ~= USER_VERSION then error({err = 'VERSION the record of a user is not of this version'}) end
  local _
  _, user_epoch, user_access, user_retain, user_not_before, user_locked = struct.unpack(USER, user_record)
  if now >= user_retain * 1000 then user_epoch, user_access, user_retain, user_not_before, user_locked = nil end
end
