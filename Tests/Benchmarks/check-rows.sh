#!/usr/bin/env bash
# check-rows.sh CONVERSATIONS MESSAGES CUSTOMERS: the database holds so many of each, every conversation with its
# customer and every message with a text, or the comparison is off.

set -euo pipefail
found=$(psql -qAt -F ' ' -c "SELECT (SELECT count(customer_id) FROM public.conversations),
    (SELECT count(*) FROM public.messages WHERE content <> ''), (SELECT count(*) FROM public.customers)")
if [[ $found != "$*" ]]; then
    echo "error: conversations, messages and customers are $found, not $*" >&2
    exit 1
fi
