-- Next entry of the partition's revocation stream. Each carries a sequence number, the id of the revocation before
-- it and the birth of the stream, so that a reader notices whatever a fail-over lost. Answers the entry's id and
-- sequence number, since a writer looks for its own entries as well, and until when the entry counts. Declares publish.
-- include: stream_end
local function publish(stream, channel, partition, horizon_ms, kind, tenant, id, level, until_seconds)
  local time = redis.call('TIME')
  local at = time[1] * 1000 + math.floor(time[2] / 1000)
  local sequence, previous, birth, widths = stream_end(redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1], at)
  local width
  width, widths = widest(widths, at, math.max(horizon_ms / 1000, until_seconds - time[1] + 1))
  -- Whom a not-before ends is known to nobody: they may hold the longest token any gateway issued.
  if kind == 't' or kind == 'g' then until_seconds = math.max(until_seconds, time[1] + width) end
  local id_written = redis.call('XADD', stream, 'MINID', '~', math.max(at - width * 1000, 0), '*', 'k', kind, 'q', sequence + 1,
    'p', previous, 'b', birth, 'w', widths, 't', tenant, 'i', id, 'e', level, 'x', until_seconds)
  redis.call('PEXPIRE', stream, width * 2000)
  redis.call('PUBLISH', channel, partition .. ':' .. id_written)
  return {id_written, sequence + 1, until_seconds}
end
