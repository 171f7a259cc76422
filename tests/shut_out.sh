#!/usr/bin/env bash
# shut_out.sh - who is blocked sees what one sees of somebody who is invisible or has quit, in each word - over network namespaces

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
need_netns
scenario shut_out
