-- Next entry of the partition's revocation stream. Each carries a sequence number, the id of the revocation before
-- it and the birth of the stream, so that a reader notices whatever a fail-over lost. Answers the entry's id and
-- sequence number: a writer looks for its own entries as well. Declares publish.
-- include: stream_end
local function publish(stream, channel, partition, horizon_ms, kind, tenant, id, epoch, until_seconds)
  local time = redis.call('TIME')
  local at = time[1] * 1000 + math.floor(time[2] / 1000)
  local sequence, previous, birth = stream_end(redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1], at)
  local id_written = redis.call('XADD', stream, 'MINID', '~', math.max(at - horizon_ms, 0), '*', 'k', kind, 'q', sequence + 1,
    'p', previous, 'b', birth, 't', tenant, 'i', id, 'e', epoch, 'x', until_seconds)
  redis.call('PEXPIRE', stream, horizon_ms * 2)
  redis.call('PUBLISH', channel, partition .. ':' .. id_written)
  return {id_written, sequence + 1}
end
