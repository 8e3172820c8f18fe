-- Step-up: a new chain of refresh tokens, and a new auth_time.
-- KEYS 1 session · 2 side key · 3 user · 4 not-before · 5 timeline
-- ARGV now or 0 · deadline, server ms or 0 · member · tenant · identity without client · generation · auth time · kid ·
--      hash of the next secret · access expires by · idle s · tombstone s · margin s · proof, or '' for the plain one
local injected, deadline, member, tenant, who, claimed, proved, next_kid, upcoming, access, idle, tombstone, margin, proof =
  unpack(ARGV)
deadline, access, tombstone, margin = tonumber(deadline), tonumber(access), tonumber(tombstone), tonumber(margin)
local key, side, user_key, not_before_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
-- include: clock
-- include: on_time
-- include: session
if record:sub(IDENTITY, IDENTITY + #who - 1) ~= who then return {'invalid', ''} end
-- include: user
if rotated > now then now = rotated end
-- include: not_before
-- The new proof is what counts against the not-before, not the one it replaces.
auth = tonumber(proved)
-- include: life
if over then return {over, why} end
if generation ~= tonumber(claimed) then return {'moved', generation} end

-- include: text
local from, rest = generation, record
if flags % REVOKED >= ELEVATED then
  local first, to = struct.unpack(ELEVATION, record, #record - ELEVATION_BYTES + 1)
  -- Repeated because its answer was lost: what the first one retired stays retired.
  if to == generation then from = first end
  rest = record:sub(1, -ELEVATION_BYTES - 1)
else
  flags = flags + ELEVATED
end
local identity_end = IDENTITY
for _ = 1, 3 do identity_end = after_text(rest, identity_end) end
local proof_end = identity_end
if flags % IPV4 >= PLAIN then
  flags = flags - PLAIN
else
  proof_end = after_text(rest, after_text(rest, identity_end))
end
if proof == '' then flags = flags + PLAIN end
local listed = expires
generation, rotated, kid = generation + 1, now, next_kid
-- include: extend
local written = struct.pack(NUMBERS, VERSION, flags, kid, 0, generation, created, auth, absolute, expires, retain, epoch,
  rotated) .. upcoming .. rest:sub(IDENTITY, identity_end - 1) .. proof .. rest:sub(proof_end)
  .. struct.pack(ELEVATION, from, generation, now)
-- include: keep
-- include: note
note(KEYS[5], 'elevated', now, absolute + tombstone)
-- include: issue
return {'elevated', '', written, flags % PLAIN >= SIDE and redis.call('GET', side) or ''}
