-- Next entry of the partition's revocation stream. Each carries a sequence number, the id of the revocation before
-- it and the birth of the stream, so that a reader notices whatever a fail-over lost. Answers the entry's id and
-- sequence number: a writer looks for its own entries as well. Declares publish.
local function publish(stream, channel, partition, horizon_ms, kind, tenant, id, epoch, until_seconds)
  local sequence, previous, birth = 0, '0-0', ''
  local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
  local time = redis.call('TIME')
  local at = time[1] * 1000 + math.floor(time[2] / 1000)
  if last then
    local entry = {}
    for i = 1, #last[2], 2 do entry[last[2][i]] = last[2][i + 1] end
    sequence, birth = tonumber(entry.q), entry.b
    previous = entry.k == 'h' and entry.p or last[1]
  else
    birth = at
  end
  local id_written = redis.call('XADD', stream, 'MINID', '~', math.max(at - horizon_ms, 0), '*', 'k', kind, 'q', sequence + 1,
    'p', previous, 'b', birth, 't', tenant, 'i', id, 'e', epoch, 'x', until_seconds)
  redis.call('PEXPIRE', stream, horizon_ms * 2)
  redis.call('PUBLISH', channel, partition)
  return {id_written, sequence + 1}
end
