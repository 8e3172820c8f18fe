-- What a token of another generation than the current one means. Needs the session, age and current, and the command.
-- Assigns kind and reason.
local in_grace = now - rotated <= grace * 1000
local from, to, elevated
if flags % REVOKED >= ELEVATED then from, to, elevated = struct.unpack(ELEVATION, record, #record - ELEVATION_BYTES + 1) end
if age == -1 then
  kind = presented == record:sub(HASHES + 32, HASHES + 63) and 'healed' or 'invalid'
elseif age < -1 then
  kind = 'invalid'
elseif to and claimed >= from and claimed < to then
  if generation == to or now - elevated <= grace * 1000 then kind, reason = 'refused', 'retired' else kind = 'reused' end
elseif age == 1 then
  if successors:sub(1, 32) ~= current then kind = 'invalid'
  elseif not in_grace then kind = 'reused'
  elseif reuse < most then kind = 'same successor'
  else kind, reason = 'refused', 'exhausted' end
elseif age == 2 and in_grace then
  kind, reason = 'refused', 'two back'
else
  kind = 'reused'
end
