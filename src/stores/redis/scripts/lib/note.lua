-- Adds an event of a session: `what` is stored as its number in MOMENT_KINDS of domain/moments.ts, counted from 1. A
-- repetition of the latest event only raises its count. Ordinary refreshes write nothing. Declares note.
local MOMENT, MOMENT_BYTES, MAX_MOMENTS, MAX_COUNTED = '>I1I4I4I2', 11, 16, 65535
local MOMENTS = {repeated = 1, healed = 2, ['repeated too often'] = 3, stale = 4, retired = 5, elevated = 6, revoked = 7,
  reused = 8, late = 9}
local function note(timeline, what, when, forgotten)
  local list, code, at = redis.call('GET', timeline) or '', MOMENTS[what], math.floor(when / 1000)
  local last = list:sub(-MOMENT_BYTES)
  local first, count = at, 0
  if last ~= '' and last:byte(1) == code then
    local _
    _, first, _, count = struct.unpack(MOMENT, last)
    list = list:sub(1, -MOMENT_BYTES - 1)
  end
  list = list .. struct.pack(MOMENT, code, first, at, math.min(count + 1, MAX_COUNTED))
  redis.call('SET', timeline, list:sub(-MOMENT_BYTES * MAX_MOMENTS), 'PXAT', forgotten * 1000)
end
