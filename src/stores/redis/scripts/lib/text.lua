-- Reads texts out of a record. Declares after_text (where the text at a place ends) and text_at.
local function text_span(packed, at)
  local length = packed:byte(at)
  if not length then return at, 0 end
  if length < 128 then return at + 1, length end
  return at + 2, (length - 128) * 256 + packed:byte(at + 1)
end
local function after_text(packed, at)
  local first, length = text_span(packed, at)
  return first + length
end
local function text_at(packed, at)
  local first, length = text_span(packed, at)
  return packed:sub(first, first + length - 1)
end
