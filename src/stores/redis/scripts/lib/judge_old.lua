-- What a token of another generation than the current one means. Needs the session, age and current, and the command.
-- Assigns kind and reason, which is the pepper of the current token where that is not among the caller's.
local in_grace = now - rotated <= grace * 1000
local from, to, elevated
if flags % REVOKED >= ELEVATED then from, to, elevated = struct.unpack(ELEVATION, record, #record - ELEVATION_BYTES + 1) end
if age == -1 then
  kind = numbers:sub(PRESENTED, PRESENTED + 31) == stored and 'healed' or 'invalid'
elseif age < -1 then
  kind = 'invalid'
elseif to and claimed >= from and claimed < to then
  if generation == to or now - elevated <= grace * 1000 then kind, reason = 'refused', 'retired' else kind = 'reused' end
elseif age == 1 then
  local expected = kid == next_kid and following or nil
  for at = PRESENTED + 32, #numbers, 33 do
    if numbers:byte(at) == kid then expected = numbers:sub(at + 1, at + 32) end
  end
  if not expected then kind, reason = 'pepper', kid
  elseif expected ~= stored then kind = 'invalid'
  elseif not in_grace then kind = 'reused'
  elseif reuse < most then kind = 'same successor'
  else kind, reason = 'refused', 'exhausted' end
elseif age == 2 and in_grace then
  kind, reason = 'refused', 'two back'
else
  kind = 'reused'
end
