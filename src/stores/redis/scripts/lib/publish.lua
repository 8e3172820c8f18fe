-- Adds an entry to the revocation stream of the partition. Each entry has a sequence number, the id of the revocation
-- before it and the birth of the stream, so that readers notice entries that a fail-over lost. Returns the id and sequence
-- number of the entry, because its writer looks for it too, and until when the entry is valid. Declares publish.
-- include: stream_end
local function publish(stream, hints, section, horizon_ms, about, whose, subject, level_written, ends)
  local time = redis.call('TIME')
  local written_at = time[1] * 1000 + math.floor(time[2] / 1000)
  local sequence, previous, birth, widths =
    stream_end(redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1], written_at)
  local width
  width, widths = widest(widths, written_at, math.max(horizon_ms / 1000, ends - time[1] + 1))
  -- An entry is valid for as long as the longest token of any gateway: a not-before can end any token, and the record of a
  -- user may be from before a roll-back. For outside tokens the caller knows their life.
  if about ~= 'o' and about ~= 'd' and about ~= 'j' then ends = math.max(ends, time[1] + width) end
  local written = redis.call('XADD', stream, 'MINID', '~', math.max(written_at - width * 1000, 0), '*', 'k', about,
    'q', sequence + 1, 'p', previous, 'b', birth, 'w', widths, 't', whose, 'i', subject, 'e', level_written, 'x', ends)
  redis.call('PEXPIRE', stream, width * 2000)
  redis.call('PUBLISH', hints, section .. ':' .. written)
  return {written, sequence + 1, ends}
end
