-- Parses the part of a record that a step-up has added. Needs record and its numbers. Declares from, to and elevated (when),
-- nil if there was none; body, the record without them; and block, the chain from before, until the new one was used.
local body, from, to, elevated, block = record, nil, nil, nil, nil
if flags % UNSEEN >= ELEVATED then
  from, to, elevated = struct.unpack(ELEVATION, record, #record - ELEVATION_BYTES + 1)
  body = record:sub(1, -ELEVATION_BYTES - 1)
  if flags % REVOKED >= UNSEEN and generation == to then
    local length = struct.unpack('>I2', body, #body - 1)
    block = body:sub(-length - 2, -3)
    body = body:sub(1, -length - 3)
  end
end
