-- Converts a record of version 2: whole hashes become halves. It is not known whether its tokens were used, so it counts as
-- seen. Needs and assigns record.
local OLD, OLD_HASH, OLD_IDENTITY, OLD_REVOKED = '>BBBBI4I4I4I4I4I4I6I6', 41, 73, 32
local _, flags, kid, reuse, generation, created, auth, absolute, expires, retain, epoch, rotated = struct.unpack(OLD, record)
flags = flags % OLD_REVOKED + math.floor(flags / OLD_REVOKED) * REVOKED
record = struct.pack(NUMBERS, VERSION, flags, kid, reuse, generation, created, auth, absolute, expires, retain, epoch, rotated, 0)
  .. record:sub(OLD_HASH, OLD_HASH + AHEAD - HASH - 1) .. string.rep('\0', IDENTITY - AHEAD) .. record:sub(OLD_IDENTITY)
