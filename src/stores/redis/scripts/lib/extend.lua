-- The expiry after a refresh: min(now + idle, absolute), and until when the record is kept after that.
-- Needs now, idle, absolute and tombstone.
expires = math.min(math.floor(now / 1000) + idle, absolute)
retain = expires + tombstone
