-- What scripts that invalidate have in common. Three arguments say how much is remembered: most marks, most to forget
-- at a time, and for how many ms an entry may live.

-- Forgets at most `count` of the oldest marks, up to `clock`. What they were marks of has the floor as its mark now,
-- which is not lower: safe whatever is forgotten, but entries older than the floor are lost.
local function prune(state, clock, count)
  local forgotten = math.min(redis.call('ZCOUNT', KEYS[2], '-inf', clock), count)
  if forgotten < 1 then
    return
  end
  local newest = redis.call('ZRANGE', KEYS[2], forgotten - 1, forgotten - 1, 'WITHSCORES')
  state.floor = math.max(state.floor, tonumber(newest[2]))
  redis.call('ZREMRANGEBYRANK', KEYS[2], 0, forgotten - 1)
  redis.call('HSET', KEYS[1], 'floor', state.floor)
end

-- `tags` from index `first` on.
local function mark(state, tags, first, max_marks, prune_step, keep_ms)
  if #tags < first then
    return
  end
  state.clock = state.clock + 1
  for from = first, #tags, 1000 do
    local scored = {}
    for i = from, math.min(from + 999, #tags) do
      scored[#scored + 1] = state.clock
      scored[#scored + 1] = tags[i]
    end
    redis.call('ZADD', KEYS[2], unpack(scored))
  end
  redis.call('HSET', KEYS[1], 'clock', state.clock)

  -- Some moment, and the clock then: once it is longer ago than any entry may be, no entry needs marks up to it.
  local now = now_ms()
  if now - state.checkpointAt > tonumber(keep_ms) then
    state.agedClock = state.checkpointClock
    redis.call('HSET', KEYS[1], 'agedClock', state.agedClock, 'checkpointClock', state.clock, 'checkpointAt', now)
  end
  prune(state, tonumber(state.agedClock), tonumber(prune_step))
  prune(state, state.clock, redis.call('ZCARD', KEYS[2]) - max_marks)
end
