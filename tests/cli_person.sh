#!/usr/bin/env bash
# cli_person.sh - a person with several devices, and a successor, with real processes on loopback

. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
need_full scenario
scenario person
