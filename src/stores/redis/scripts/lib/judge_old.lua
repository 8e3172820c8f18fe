-- Decides about a token that is not the current one. Needs the session, claimed, and the command. Assigns kind and reason,
-- which is the pepper of the current token if the caller does not have it. If the token belongs to the chain from before a
-- step-up whose tokens nobody has used yet, switches to that chain and assigns primary, the numbers and body of the session.
-- include: elevated
local function judge(first, last, at)
  local behind = generation - claimed
  local next_hash, ahead = record:sub(HASH, AHEAD - 1), record:sub(AHEAD, IDENTITY - 1)
  local in_grace = now - rotated <= grace * 1000
  if behind == 0 then return successor == next_hash and 'rotated' or 'invalid' end
  if behind < 0 then
    local presented, fits = numbers:sub(PRESENTED, PRESENTED + HASH_BYTES - 1), false
    if behind == -1 then fits = presented == next_hash
    elseif ahead == string.rep('\0', HASH_BYTES) then fits = false
    elseif behind == -HEALED then fits = presented == ahead
    elseif behind == 1 - HEALED then fits = successor == ahead end
    return fits and 'healed' or 'invalid'
  end
  if last and claimed >= first and claimed < last then
    if now - at <= grace * 1000 then return 'refused', 'retired' end
    return 'reused'
  end
  if behind == 1 then
    local expected = kid == next_kid and following or nil
    for i = PRESENTED + HASH_BYTES, #numbers, HASH_BYTES + 1 do
      if numbers:byte(i) == kid then expected = numbers:sub(i + 1, i + HASH_BYTES) end
    end
    if not expected then return 'pepper', kid end
    if expected ~= next_hash then return 'invalid' end
    if now - rotated - late <= grace * 1000 then
      if reuse < most then return 'repeated' end
      return 'refused', 'repeated too often'
    end
    if flags % REVOKED >= UNSEEN and now - rotated <= lost * 1000 then return 'late' end
    return 'reused'
  end
  if behind == 2 and in_grace then return 'refused', 'stale' end
  return 'reused'
end
kind, reason = judge(from, to, elevated)
if block and (claimed < generation or kind == 'invalid') then
  primary = {flags, kid, reuse, generation, auth, rotated, late, record}
  -- include: turn_back
  primary[9], primary[10] = body, proof
  kind, reason = judge()
  if kind == 'invalid' and claimed >= from and claimed < to then kind, reason = 'refused', 'retired' end
elseif block then
  -- The new chain is used: the retired chain is dropped.
  record = body .. record:sub(-ELEVATION_BYTES)
end
