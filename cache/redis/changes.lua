-- ARGV: verify, epoch and clock to start from, how many changes at most.
local state = read_state()
local since = tonumber(ARGV[3])
local marked = {}
local follows = ARGV[2] == state.epoch and since >= state.floor and since <= state.clock
if follows and since < state.clock then
  local limit = tonumber(ARGV[4])
  marked = redis.call('ZRANGE', KEYS[2], '(' .. ARGV[3], '+inf', 'BYSCORE', 'LIMIT', 0, limit + 1, 'WITHSCORES')
  follows = #marked <= 2 * limit
end

local leases = {}
local now = now_ms()
for field, ends_at in pairs(state) do
  local subgraph = string.match(field, '^lease:(.*)$')
  if subgraph and tonumber(ends_at) > now then
    leases[#leases + 1] = subgraph
    leases[#leases + 1] = ends_at - now
  end
end
return { state.epoch, state.clock, state.floor, leases, follows and marked }
