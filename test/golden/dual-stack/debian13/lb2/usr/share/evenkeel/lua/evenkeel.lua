-- Made by evenkeel; the next apply replaces it.
-- evenkeel.lua: chooses a backend for each request by what the pools document says. Whenever this code sets no peer, NGINX
-- chooses by the upstream's own server lines: so every error in here ends in pcall, and what it costs is only the choice.
local balancer = require "ngx.balancer"
local pools = require "evenkeel-pools"
local counts = ngx.shared.evenkeel_counts
local now, crc32, random = ngx.now, ngx.crc32_long, math.random
local set_peer, more_tries, last_failure = balancer.set_current_peer, balancer.set_more_tries, balancer.get_last_failure

-- Counting may fail, and nothing else with it.
local may_count, metrics = pcall(require, "evenkeel-metrics")

local M = { start = pools.start, control = pools.control, counters = may_count and metrics.answer }

function M.worker()
  -- Otherwise all workers draw the same numbers and begin with the same backend.
  math.randomseed(ngx.worker.pid() * 1000 + now() * 1000 % 1000000)
  pools.worker()
end

-- The weight of a backend now: for a while after "down" it grows from a twentieth to the whole.
local function weight(pool, backend, time)
  local age = time - backend.since
  if age >= pool.slow_start or age < 0 then return backend.weight end
  return backend.weight * math.max(age / pool.slow_start, 0.05)
end

-- Whether failures keep requests away from a backend. The second half: the clock was set back.
local function failing(pool, backend, time)
  return time < backend.out_until and time >= backend.out_until - pool.window
end

-- The functions that choose take: the pool, the backends to choose from, what was tried, the time. They skip what was
-- tried or is failing; "desperate" (in tried) takes those that are failing too.
local function open(pool, backend, tried, time)
  return not tried[backend] and (tried.desperate or not failing(pool, backend, time))
end

-- Smooth weighted turns, as NGINX's own: each gains its weight, the richest is taken and pays what all gained.
local function turn(pool, list, tried, time, only)
  local best, total = nil, 0
  for i = 1, #list do
    local one = list[i]
    if (not only or only[one]) and open(pool, one, tried, time) then
      local gain = weight(pool, one, time)
      one.credit, total = one.credit + gain, total + gain
      if not best or one.credit > best.credit then best = one end
    end
  end
  if best then best.credit = best.credit - total end
  return best
end

local function load_of(pool, backend, time)
  return (counts:get(backend.active_key) or 0) / weight(pool, backend, time)
end

-- The fewest requests for its weight; in turn among equals.
local function least(pool, list, tried, time)
  local lowest, among = nil, {}
  for i = 1, #list do
    local one = list[i]
    if open(pool, one, tried, time) then
      local load = load_of(pool, one, time)
      if not lowest or load < lowest then lowest, among = load, {} end
      if load == lowest then among[one] = true end
    end
  end
  return lowest and turn(pool, list, tried, time, among)
end

-- Two by chance and weight, and of them the one with fewer requests.
local function two(pool, list, tried, time)
  local function draw(but)
    local total, chosen = 0, nil
    for i = 1, #list do
      local one = list[i]
      if one ~= but and open(pool, one, tried, time) then
        local gain = weight(pool, one, time)
        total = total + gain
        if random() * total < gain then chosen = one end
      end
    end
    return chosen
  end
  local first = draw(nil)
  local second = first and draw(first)
  if second and load_of(pool, second, time) < load_of(pool, first, time) then return second end
  return first
end

-- The ring of NGINX's own "hash ... consistent" (160 points for each unit of weight), so that nobody moves when a document
-- comes or goes. All regular backends are on it, whatever their state: one that is down moves its own clients only.
-- A large ring takes a while to make, so it is kept until addresses or weights change.
local rings = {}

local function ring_of(pool)
  local parts = {}
  for number, one in ipairs(pool.members) do
    parts[number] = one.host .. " " .. one.port .. " " .. (one.backup and 0 or one.weight)
  end
  local signature = table.concat(parts, ",")
  local kept = rings[pool.name]
  if kept and kept.signature == signature then return kept end
  local points = { signature = signature }
  for number, backend in ipairs(pool.members) do
    local previous = "\0\0\0\0"
    for _ = 1, backend.backup and 0 or backend.weight * 160 do
      local hash = crc32(backend.host .. "\0" .. backend.port .. previous)
      points[#points + 1] = { hash = hash, member = number }
      previous = string.char(hash % 256, math.floor(hash / 256) % 256, math.floor(hash / 65536) % 256, math.floor(hash / 16777216))
    end
  end
  table.sort(points, function(a, b) return a.hash < b.hash end)
  rings[pool.name] = points
  return points
end

local function around(pool, list, tried, time)
  if list ~= pool.regular then return turn(pool, list, tried, time) end
  pool.ring = pool.ring or ring_of(pool)
  local ring, wanted = pool.ring, crc32(ngx.var[pool.key] or "")
  local low, high = 1, #ring + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if ring[middle].hash < wanted then low = middle + 1 else high = middle end
  end
  for step = 0, #ring - 1 do
    local one = pool.members[ring[(low - 1 + step) % #ring + 1].member]
    if one.state == "up" and open(pool, one, tried, time) then return one end
  end
end

local algorithms = {
  ["round-robin"] = turn,
  ["sticky-cookie"] = turn,
  ["least-connections"] = least,
  ["random-two"] = two,
  ["client-ip-hash"] = around,
  ["consistent-hash"] = around,
}

-- Who is asked, the most wanted first: regular backends, spare ones, those that drain (they still work), those that failed
-- a moment ago, and at last once more one that this request has tried: a kept connection may have broken, which is no
-- reason for an error. Nothing: all are down, and NGINX's own server lines decide.
local function choose(pool, tried, time)
  local take = algorithms[pool.algorithm]
  for round = 1, 3 do
    local found = take(pool, pool.regular, tried, time)
      or turn(pool, pool.spare, tried, time)
      or turn(pool, pool.draining, tried, time)
    if found then return found end
    if round == 1 then tried.desperate = true else tried = { desperate = true } end
  end
end

-- The backend that the client's cookie names: one that drains keeps its clients.
local function named(pool, time)
  local backend = pool.by_cookie[ngx.var.cookie_evenkeel_backend or ""]
  if backend and backend.state ~= "down" and not failing(pool, backend, time) then return backend end
end

-- The cookie for the backend that will answer; none when this is a second try, a spare one, or the client has it already.
local function set_cookie(pool, backend, first)
  local text = ""
  if first and not backend.backup and ngx.var.cookie_evenkeel_backend ~= backend.cookie then
    text = "evenkeel_backend=" .. backend.cookie .. "; Path=/; HttpOnly; SameSite=Lax" .. (ngx.var.evenkeel_secure or "")
  end
  ngx.var[pool.cookie_variable] = text
end

-- As many failures within the window as NGINX's max_fails take a backend out for the window, in all workers. One more is
-- enough right after that.
local function count_failure(pool, backend)
  local failures = counts:incr(backend.fails_key, 1, 0, pool.window)
  if not failures or failures < pool.max_fails then return end
  backend.out_until = now() + pool.window
  counts:set(backend.out_key, backend.out_until, pool.window)
  counts:set(backend.fails_key, pool.max_fails - 1, 2 * pool.window)
  counts:incr("failures", 1, 0)
end

local function release(try)
  if try.backend then counts:incr(try.backend.active_key, -1) end
  try.backend = nil
end

local function balance(name, algorithm, attempts, max_fails, window, key, ...)
  local pool = pools.find(name, ...)
  if not pool then return end
  pool.algorithm, pool.max_fails, pool.window, pool.key = algorithm, max_fails, window, key
  local time, context = now(), ngx.ctx
  local try = context.evenkeel
  local first = not try
  if first then
    try = { tried = {} }
    context.evenkeel = try
    -- NGINX knows only its own server lines, and allows as many tries as they are; proxy_next_upstream_tries is the limit.
    local tries = math.min(attempts, #pool.members)
    if tries > 1 then more_tries(tries - 1) end
  elseif try.backend then
    local state = last_failure()
    if state == "failed" then count_failure(try.pool, try.backend) end
    release(try)
  end
  local sticky = algorithm == "sticky-cookie"
  local backend = first and sticky and named(pool, time) or choose(pool, try.tried, time)
  if not backend then return end
  local ok, why = set_peer(backend.host, backend.port)
  if not ok then error(why) end
  try.tried[backend], try.pool, try.backend = true, pool, backend
  counts:incr(backend.active_key, 1, 0)
  if sticky then set_cookie(pool, backend, first) end
end

-- balancer_by_lua: name, algorithm and numbers of the pool as nginx.conf has them, then its servers where NGINX's own lines
-- can't decide as the algorithm wants: next to balancer_by_lua they know nothing but turns.
function M.balance(...)
  local ok, why = pcall(balance, ...)
  if not ok then ngx.log(ngx.ERR, "evenkeel: NGINX chooses by itself: ", why) end
end

-- log_by_lua: the request is over. NGINX did not call the balancer again after a last failure; no time of a header says
-- that the backend gave none, so that 502 and 504 are NGINX's own.
function M.done(site, pool)
  if may_count then pcall(metrics.count, site, pool) end
  local try = ngx.ctx.evenkeel
  local backend = try and try.backend
  if not backend then return end
  local status = ngx.status
  if (status == 502 or status == 504) and string.sub(ngx.var.upstream_header_time or "", -1) == "-" then
    count_failure(try.pool, backend)
  end
  release(try)
end

return M
