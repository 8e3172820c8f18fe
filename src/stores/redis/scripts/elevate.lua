-- Step-up: a new chain of refresh tokens, and a new auth_time.
-- KEYS 1 session · 2 side key · 3 user · 4 not-before · 5 timeline
-- ARGV now or 0 · deadline, server ms or 0 · member · tenant · identity without client · generation · auth time · kid ·
--      hashes of the next secrets · access expires by · idle s · tombstone s · margin s · proof, or '' for the plain one ·
--      generation of the caller's access token, or -1
local injected, deadline, member, tenant, who, claimed, proved, next_kid, upcoming, access, idle, tombstone, margin, proof, presented =
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
-- The not-before is compared with the new proof of identity, not with the one it replaces.
local before = auth
auth = tonumber(proved)
-- include: life
auth = before
if over then return {over, why} end
if generation ~= tonumber(claimed) then return {'moved', generation} end

-- include: text
-- include: elevated
-- The generation of the caller's token is in use, even if that has not been written yet.
if flags % REVOKED >= UNSEEN and tonumber(presented) >= generation then flags, block = flags - UNSEEN, nil end
local identity_end = IDENTITY
for _ = 1, 3 do identity_end = after_text(body, identity_end) end
local proof_end = identity_end
if flags % IPV4 < PLAIN then proof_end = after_text(body, after_text(body, identity_end)) end
-- A step-up that is repeated because its answer was lost: the chain that the first one retired stays the retired one.
local chain = block
if not chain then
  from = generation
  chain = struct.pack(NUMBERS, VERSION, flags, kid, reuse, generation, created, auth, absolute, expires, retain, epoch, rotated, late)
    .. body:sub(HASH, IDENTITY - 1) .. body:sub(identity_end, proof_end - 1)
end
flags = flags % PLAIN + flags % ELEVATED - flags % IPV4 + ELEVATED + UNSEEN
if proof == '' then flags = flags + PLAIN end
local listed = expires
generation, rotated, kid, auth = generation + 1, now, next_kid, tonumber(proved)
-- include: extend
local written = struct.pack(NUMBERS, VERSION, flags, kid, 0, generation, created, auth, absolute, expires, retain, epoch,
  rotated, 0) .. upcoming .. body:sub(IDENTITY, identity_end - 1) .. proof .. body:sub(proof_end)
  .. chain .. struct.pack('>I2', #chain) .. struct.pack(ELEVATION, from, generation, now)
-- include: keep
-- include: note
note(KEYS[5], 'elevated', now, absolute + tombstone)
-- include: issue
return {'elevated', '', written, flags % PLAIN >= SIDE and redis.call('GET', side) or ''}
