-- Does a refresh request a scope that is not granted? Needs record and details. Declares asks_too_much.
-- include: text
local function asks_too_much(scopes)
  local at = IDENTITY
  for _ = 1, flags % IPV4 >= PLAIN and 3 or 5 do at = after_text(record, at) end
  local granted = ' ' .. (details ~= '' and text_at(details, 1) or text_at(record, at)) .. ' '
  for scope in scopes:gmatch('%S+') do
    if not granted:find(' ' .. scope .. ' ', 1, true) then return true end
  end
  return false
end
