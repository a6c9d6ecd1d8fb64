#!/bin/sh
# Made by evenkeel; the next apply replaces it.
# Ends with 0 while there is a process of NGINX. Whether it answers, nobody asks.
exec pgrep -x nginx >/dev/null
