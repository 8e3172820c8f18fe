-- The session as it was before its step-up, for a client that lost the answer. Needs what elevated.lua declares. Assigns
-- record and the numbers in it that differ; declares proof, the texts of the older proof of identity.
-- include: text
local proof_at = IDENTITY
for _ = 1, 3 do proof_at = after_text(body, proof_at) end
local identity, details_at = body:sub(IDENTITY, proof_at - 1), proof_at
if flags % IPV4 < PLAIN then details_at = after_text(body, after_text(body, proof_at)) end
local proof = block:sub(IDENTITY)
local _, older
_, older, kid, reuse, generation, _, auth, _, _, _, _, rotated, late = struct.unpack(NUMBERS, block)
flags = flags % PLAIN + older % IPV4 - older % PLAIN + flags % ELEVATED - flags % IPV4 + older % REVOKED - older % UNSEEN
record = block:sub(1, IDENTITY - 1) .. identity .. proof .. body:sub(details_at)
