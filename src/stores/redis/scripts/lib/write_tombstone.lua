-- Writes the record of an ended session, which states only that it has ended. Needs the session, its side key, the user's
-- key and the session's member there. Declares write_tombstone.
-- include: text
local function write_tombstone(flag)
  local identity_end = IDENTITY
  for _ = 1, 3 do identity_end = after_text(record, identity_end) end
  retain = math.floor(now / 1000) + tombstone
  redis.call('SET', key, struct.pack(NUMBERS, VERSION, flags % SIDE + flag, kid, reuse, generation, created, auth, absolute,
    expires, retain, epoch, rotated, 0) .. string.rep('\0', IDENTITY - HASH) .. record:sub(IDENTITY, identity_end - 1),
    'PXAT', retain * 1000)
  redis.call('UNLINK', side)
end
