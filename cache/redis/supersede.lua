-- ARGV: verify, an epoch. In the order of position.ts: fixed width, digits first.
local state = read_state()
if tonumber(string.sub(state.epoch, 1, 16)) <= tonumber(string.sub(ARGV[2], 1, 16)) then
  begin_epoch(ARGV[2])
  state = get_state()
end
return { state.epoch, state.clock }
