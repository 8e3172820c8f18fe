-- Builds the record after a refresh on the chain from before a step-up. Needs primary, and written, the record of that
-- chain. Assigns written, the whole record.
local chain = written:sub(1, IDENTITY - 1) .. primary[10]
written = struct.pack(NUMBERS, VERSION, primary[1], primary[2], primary[3], primary[4], created, primary[5], absolute, expires,
  retain, epoch, primary[6], primary[7]) .. primary[9]:sub(HASH) .. chain .. struct.pack('>I2', #chain)
  .. primary[8]:sub(-ELEVATION_BYTES)
