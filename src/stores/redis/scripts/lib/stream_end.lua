-- What the last entry of a stream says: revocations so far, the id of the latest, and when the stream began. Every entry
-- begins with k kind ('h' for a heartbeat) · q sequence number · p id of the revocation before · b birth.
-- Declares stream_end.
local function stream_end(last, now)
  if not last then return 0, '0-0', now end
  local id, fields = last[1], last[2]
  return tonumber(fields[4]), fields[2] == 'h' and fields[6] or id, tonumber(fields[8])
end
