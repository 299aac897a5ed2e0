#!/usr/bin/env bash
# What an identity provider does by SCIM when somebody leaves: creates the user once, then sets "active" to false.
# usage: deactivate.sh USER   with NAMESPACE, SCIM_TOKEN, KUBEMDM_AUTOMATION_URL and KUBEMDM_QUERY_CA set
set -euo pipefail
base=$KUBEMDM_AUTOMATION_URL/tenants/$NAMESPACE/scim/v2
scim() { # METHOD PATH BODY
  curl --silent --show-error --fail-with-body --cacert "$KUBEMDM_QUERY_CA" --request "$1" "$base$2" \
    --header "Authorization: Bearer $SCIM_TOKEN" --header "Content-Type: application/scim+json" --data "$3"
}

id=$(scim POST /Users '{
  "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
  "userName": "'"$1"'", "active": true
}' | sed 's/.*"id" *: *"\([^"]*\)".*/\1/')

scim PATCH "/Users/$id" '{
  "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
  "Operations": [{"op": "replace", "path": "active", "value": false}]
}'
