#!/usr/bin/env bash
# doors.sh - who may knock: invites for one key, for a minute, withdrawn, ended by a new door key; the inbox of requests and its limit - over network namespaces

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_netns
scenario doors
