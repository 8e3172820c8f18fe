-- Has the session ended, whatever token is presented? Needs what session.lua, user.lua and not_before.lua declare.
-- Declares over and why; over is nil for a live session.
local over, why
if flags >= REVOKED then over, why = 'ended', flags >= REUSED and 'reused' or 'revoked'
elseif user_epoch ~= epoch then over, why = 'ended', 'all sessions ended'
elseif user_locked > 0 then over, why = 'ended', 'locked'
elseif auth < not_before then over, why = 'ended', 'not before'
elseif now >= absolute * 1000 then over, why = 'expired', 'absolute'
elseif now >= expires * 1000 then over, why = 'expired', 'idle' end
