-- Reads the last entry of a stream: the number of revocations, the id of the latest, when the stream began, and how long
-- its entries are valid. Every entry begins with k kind ('h' for a heartbeat) · q sequence number · p id of the revocation
-- before · b birth · w widths. Declares stream_end and widest.
local function stream_end(entry, moment)
  if not entry then return 0, '0-0', moment, '0 0 0' end
  local latest, fields = entry[1], entry[2]
  return tonumber(fields[4]), fields[2] == 'h' and fields[6] or latest, tonumber(fields[8]),
    fields[9] == 'w' and fields[10] or '86700 0 0'
end
-- For how many seconds an entry may be valid: the maximum of all entries so far, whatever the configuration of this writer
-- is. The maximum is kept for two periods, the current one and the one before. A period is longer than any entry of both is
-- valid, so dropping a period loses nothing. Returns the maximum, and the widths to write.
-- Widths: maximum of the period before · of the current one · when that began, s. A stream of an older version has none:
-- its entries may be valid for a day.
local function widest(widths, moment, span)
  local before, present, since = widths:match('^(%d+) (%d+) (%d+)$')
  before, present, since = tonumber(before), tonumber(present), tonumber(since)
  local second = math.floor(moment / 1000)
  if second - since > math.max(before, present) then
    if since > 0 then before, present = present, 0 end
    since = second
  end
  present = math.max(present, math.ceil(span))
  return math.max(before, present), string.format('%d %d %d', before, present, since)
end
