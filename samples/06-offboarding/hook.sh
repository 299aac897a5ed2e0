#!/usr/bin/env bash
# A signed webhook, as an HR or security system sends it (https://www.standardwebhooks.com).
# usage: hook.sh ID BODY   with NAMESPACE, HOOK_SECRET (whsec_…), KUBEMDM_AUTOMATION_URL and KUBEMDM_QUERY_CA set
set -euo pipefail
id=$1 body=$2 at=$(date +%s)
key=$(printf %s "${HOOK_SECRET#whsec_}" | base64 --decode | od -An -v -tx1 | tr -d ' \n')
signature=$(printf %s "$id.$at.$body" | openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary | base64)
curl --silent --show-error --fail-with-body --cacert "$KUBEMDM_QUERY_CA" \
  --header "webhook-id: $id" --header "webhook-timestamp: $at" --header "webhook-signature: v1,$signature" \
  --header "Content-Type: application/json" --data "$body" \
  "$KUBEMDM_AUTOMATION_URL/tenants/$NAMESPACE/hooks"
