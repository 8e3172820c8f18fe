-- A sign of life: min(now + idle, absolute), and how long the record can still say that the session ran out.
-- Needs now, idle, absolute and tombstone.
expires = math.min(math.floor(now / 1000) + idle, absolute)
retain = expires + tombstone
