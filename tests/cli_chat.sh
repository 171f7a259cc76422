#!/usr/bin/env bash
# cli_chat.sh - making contacts, chat, restarts, refusing and blocking, with real processes on loopback

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
scenario chat
