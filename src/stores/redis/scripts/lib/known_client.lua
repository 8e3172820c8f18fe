-- Is the client of a session in a list of texts? Needs record. Declares known_client, and client, that of the session.
-- include: text
local client = text_at(record, after_text(record, after_text(record, IDENTITY)))
local function known_client(clients)
  local at = 1
  while at <= #clients do
    if text_at(clients, at) == client then return true end
    at = after_text(clients, at)
  end
  return false
end
