-- The names of a user's sessions that have not expired. Needs now and USER. Declares members_of.
local function members_of(owner_key)
  local names, flat = {}, redis.call('HGETALL', owner_key)
  for i = 1, #flat, 2 do
    if flat[i] ~= 'e' and struct.unpack('>I4', flat[i + 1]) * 1000 > now then names[#names + 1] = flat[i] end
  end
  return names
end
