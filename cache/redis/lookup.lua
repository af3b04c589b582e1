-- KEYS[3] claim, KEYS[4...] entries in the order of preference. ARGV: verify, content coding, claim in ms or 0.
local state = read_state()
local outcome, detail = 'absent', ''
local found = {}

for i = 4, #KEYS do
  local entry = redis.call('HMGET', KEYS[i], 'epoch', 'clock', 'tags', 'relays', 'storedAt', 'freshMs', 'meta')
  local epoch, clock, tags, relays, stored_at, fresh_ms, meta = unpack(entry)
  if epoch then
    local invalid, which = find_invalidity(state, epoch, tonumber(clock), tags, relays)
    if invalid then
      outcome, detail = invalid, which
    else
      local age = now_ms() - stored_at
      outcome, detail = age < tonumber(fresh_ms) and 'hit' or 'expired', ''
      local bodies = redis.call('HMGET', KEYS[i], 'body:' .. ARGV[2], 'body:identity')
      local coding = bodies[1] and ARGV[2] or 'identity'
      found = { i - 4, tonumber(clock), tags, relays, age, tonumber(fresh_ms), meta, coding, bodies[1] or bodies[2] }
      if outcome == 'hit' then
        break
      end
    end
  end
end

-- A server that is full or read-only refuses the claim with an error, which is no reason to lose the lookup.
local claimed_elsewhere = 0
if outcome ~= 'hit' and ARGV[3] ~= '0' and not redis.pcall('SET', KEYS[3], '', 'NX', 'PX', ARGV[3]) then
  claimed_elsewhere = 1
end
return { state.epoch, state.clock, outcome, detail, claimed_elsewhere, unpack(found) }
