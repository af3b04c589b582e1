-- Several lookups at once. KEYS[3...] of each lookup in turn: claim, entries in the order of preference. ARGV: verify,
-- then of each lookup in turn: content coding, claim in ms or 0, how many entries. Of each lookup in turn there is why
-- there is no hit, and lines of facts. It replies with their lengths, with all of them in one string, and with the body
-- and the tags of each answer: to read one string for each fact takes a gateway longer than a hit, and so does copying
-- what is long.
local state = read_state()
local now = now_ms()

local function find(first, last, coding)
  local outcome, detail, found = 'absent', ''
  for i = first, last do
    local entry = redis.call('HMGET', KEYS[i], 'epoch', 'clock', 'tags', 'relays', 'storedAt', 'freshMs', 'meta',
      'body:' .. coding)
    local epoch, clock, tags, relays, stored_at, fresh_ms, meta, body = unpack(entry)
    if epoch then
      local invalid, which = find_invalidity(state, epoch, tonumber(clock), tags, relays)
      if invalid then
        outcome, detail = invalid, which
      else
        local age = now - stored_at
        outcome, detail = age < tonumber(fresh_ms) and 'hit' or 'expired', ''
        local coded = body and coding or 'identity'
        body = body or redis.call('HGET', KEYS[i], 'body:identity')
        found = { body, tags, i - first, clock, age, fresh_ms, coded, relays, meta }
        if outcome == 'hit' then
          break
        end
      end
    end
  end
  return outcome, detail, found
end

local lengths, texts = {}, {}
local function say(text)
  lengths[#lengths + 1] = #text
  texts[#texts + 1] = text
end

local reply = { state.epoch, state.clock, '', '' }

local key = 3
for argument = 2, #ARGV, 3 do
  local coding, claim_ms, entries = ARGV[argument], ARGV[argument + 1], tonumber(ARGV[argument + 2])
  local outcome, detail, found = find(key + 1, key + entries, coding)
  -- A server that is full or read-only refuses the claim with an error, which is no reason to lose the lookup.
  local claimed_elsewhere = 0
  if outcome ~= 'hit' and claim_ms ~= '0' and not redis.pcall('SET', KEYS[key], '', 'NX', 'PX', claim_ms) then
    claimed_elsewhere = 1
  end
  local facts = outcome .. '\n' .. claimed_elsewhere
  if found then
    facts = facts .. '\n' .. table.concat(found, '\n', 3)
    reply[#reply + 1], reply[#reply + 2] = found[1], found[2]
  end
  say(detail)
  say(facts)
  key = key + 1 + entries
end
reply[3], reply[4] = table.concat(lengths, ' '), table.concat(texts)
return reply
