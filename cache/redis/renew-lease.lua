-- ARGV: verify, subgraph, epoch, source, end of the lease in ms of this server's time.
local state = read_state()
local subgraph, epoch, source, ends_at = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5])
if state.epoch ~= epoch then
  return { state.epoch, state.clock, 'epoch' }
end
if state['source:' .. subgraph] ~= source then
  return { state.epoch, state.clock, 'unswept' }
end
-- A relay that was held up comes late with an old word; a sister may have given a newer one.
local lease = 'lease:' .. subgraph
redis.call('HSET', KEYS[1], lease, math.max(tonumber(state[lease] or 0), ends_at))
return { state.epoch, state.clock, 'renewed' }
