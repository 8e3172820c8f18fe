-- Until when gateways must remember a revocation: for the longest life of a token at least, since what is known of the
-- user may have been lost with the latest writes. Needs the user, now, tombstone and margin. Declares revoked_until.
local function revoked_until(floor)
  return math.max(user_epoch and user_access or 0, math.floor(now / 1000) + tombstone, floor) + margin
end
