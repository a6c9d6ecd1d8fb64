-- Made by evenkeel; the next apply replaces it.
-- evenkeel-metrics.lua: counts requests by site and backend, for the agent. A worker counts in its own memory, and adds that to the
-- memory of all of them a second after it began: so a request takes no lock. Counters live as long as NGINX, also over reloads.
local json = require "cjson.safe"
local totals = ngx.shared.evenkeel_metrics
local floor, find, now, start_time = math.floor, string.find, ngx.now, ngx.req.start_time

-- Seconds; the bucket after the last one has no bound.
local bounds = { 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10 }

local M = {}
local fresh = {} -- key -> what is not in "totals" yet
local is_waiting = false -- a timer will add it there
-- What to count under: names are made once, as each costs a little. Sites and pools are those of nginx.conf, and the
-- addresses of a pool those of its backends, so none of these grows without an end.
local sites, pools = {}, {}
local protocols = {
  ["HTTP/1.0"] = "protocol HTTP/1.0", ["HTTP/1.1"] = "protocol HTTP/1.1", ["HTTP/2.0"] = "protocol HTTP/2",
}

local function make(subject)
  local keys = { seconds = subject .. " seconds", bytes = subject .. " bytes" }
  -- [0]: without a status. Then the buckets, from 10 on.
  for number = 0, 5 do keys[number] = subject .. " " .. number end
  for number = 1, #bounds + 1 do keys[9 + number] = subject .. " b" .. number end
  return keys
end

local function add(key, amount) fresh[key] = (fresh[key] or 0) + amount end

-- Never throws counters out of a memory that is full: a new one is left out instead.
local function flush()
  local counted = fresh
  fresh, is_waiting = {}, false
  for key, amount in pairs(counted) do
    local _, why = totals:incr(key, amount)
    -- Another worker may be the first between the two.
    if why and not totals:safe_add(key, amount) then totals:incr(key, amount) end
  end
end

local function class_of(status)
  local class = floor((tonumber(status) or 0) / 100)
  return class >= 1 and class <= 5 and class or 0
end

local function add_try(pool, address, status, seconds)
  local known = pools[pool]
  if not known then
    known = {}
    pools[pool] = known
  end
  local keys = known[address]
  if not keys then
    keys = make("backend " .. pool .. " " .. address)
    known[address] = keys
  end
  add(keys[class_of(status)], 1)
  add(keys.seconds, tonumber(seconds) or 0)
end

-- Lists have an entry for each try, "a, b"; " : " stands where another location went on.
local function entries(list)
  local found = {}
  for entry in string.gmatch(list or "", "[^, ]+") do
    if entry ~= ":" then found[#found + 1] = entry end
  end
  return found
end

local function add_tries(pool)
  local variables = ngx.var
  local addresses = variables.upstream_addr
  if not addresses then return end
  local statuses, times = variables.upstream_status, variables.upstream_response_time
  if not find(addresses, " ", 1, true) then return add_try(pool, addresses, statuses, times) end
  statuses, times = entries(statuses), entries(times)
  for number, address in ipairs(entries(addresses)) do add_try(pool, address, statuses[number], times[number]) end
end

-- log_by_lua: a request of a site is over. A pool: its backends are counted too.
function M.count(site, pool)
  local keys = sites[site]
  if not keys then
    keys = make("site " .. site)
    sites[site] = keys
  end
  local variables = ngx.var
  local class = class_of(ngx.status)
  add(keys[class], 1)
  add(keys.bytes, tonumber(variables.bytes_sent) or 0)
  -- A connection that was upgraded is no answer that somebody waits for.
  if class ~= 1 then
    -- In whole milliseconds, as NGINX has it; not below 0 when the clock was set back.
    local seconds = math.max(0, floor((now() - start_time()) * 1000 + 0.5)) / 1000
    local place = 1
    while place <= #bounds and seconds > bounds[place] do place = place + 1 end
    add(keys[9 + place], 1)
    add(keys.seconds, seconds)
  end
  add(protocols[variables.server_protocol] or "protocol other", 1)
  -- The first request of a connection stands for its handshake.
  if variables.connection_requests == "1" then
    local reused = variables.ssl_session_reused
    if reused and reused ~= "" then add(reused == "r" and "tls resumed" or "tls full", 1) end
  end
  if pool then add_tries(pool) end
  -- Idle workers do nothing. One that is about to end gets no timer.
  if not is_waiting then
    is_waiting = ngx.timer.at(1, flush)
    if not is_waiting then flush() end
  end
end

-- content_by_lua: every counter.
function M.answer()
  flush()
  local counts = {}
  for _, key in ipairs(totals:get_keys(0)) do counts[key] = totals:get(key) end
  ngx.header.content_type = "application/json"
  ngx.say(json.encode({ counts = counts }))
end

return M
