{{/* Labels of everything the chart makes. */}}
{{- define "kubemdm.labels" -}}
app.kubernetes.io/part-of: kubemdm
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Labels that select the pods of one service; takes (list $ name). */}}
{{- define "kubemdm.selector" -}}
app.kubernetes.io/name: kubemdm-{{ index . 1 }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
{{- end }}

{{/*
The services of the profile, as YAML: which image, which roles, whether they speak to the Kubernetes API, which ports
they open, which keys they hold, and whose rights they have there. It is the one place that says what runs where.
*/}}
{{- define "kubemdm.services" -}}
operator:
  image: operator
  roles: control
  kubernetes: [operator]
  ports: {query: 10443{{ if .Values.automation.enabled }}, automation: 11443{{ end }}}
  tls: kubemdm-query-tls
  keys: [orders-signing]
engine:
  image: operator
  roles: engine
  keys: [checkpoints-signing]
{{- if eq .Values.profile "small" }}
gateway:
  image: gateway
  roles: channel,access,enroll,bridge
  kubernetes: [enroll, bridge]
  ports: {channel: 8443, access: 12443, enroll: 9443}
  tls: kubemdm-gateway-tls
  trust: true
  keys: [issuing-ca, ledger-signing, access-signing, access-signing-next]
{{- else }}
gateway:
  image: gateway
  roles: channel,access
  ports: {channel: 8443, access: 12443}
  tls: kubemdm-gateway-tls
  trust: true
  keys: [access-signing, access-signing-next]
enroll:
  image: gateway
  roles: enroll
  kubernetes: [enroll]
  ports: {enroll: 9443}
  tls: kubemdm-enroll-tls
  trust: true
  keys: [issuing-ca, ledger-signing]
bridge:
  image: gateway
  roles: bridge
  kubernetes: [bridge]
{{- end }}
{{- end }}

{{/* application.yaml of one service; takes (list $ name service). */}}
{{- define "kubemdm.config" -}}
{{- $root := index . 0 }}{{ $name := index . 1 }}{{ $service := index . 2 }}
{{- $kafka := dict "bootstrap-servers" $root.Values.kafka.bootstrapServers "security-protocol" $root.Values.kafka.securityProtocol }}
{{- if $root.Values.kafka.caSecret }}
{{- $_ := set $kafka "truststore" "/etc/kubemdm/kafka-ca/ca.crt" }}
{{- end }}
{{- if ne $root.Values.kafka.securityProtocol "PLAINTEXT" }}
{{- $_ := set $kafka "jaas-file" "/etc/kubemdm/kafka/sasl.jaas.config" }}
{{- end }}
{{- $kubemdm := dict "roles" $service.roles "region" $root.Values.region "kafka" $kafka }}
{{- if $service.tls }}
{{- $_ := set $kubemdm "tls" (dict "certificate" "/etc/kubemdm/tls/tls.crt" "key" "/etc/kubemdm/tls/tls.key" "ca" "/etc/kubemdm/tls/ca.crt") }}
{{- end }}
{{- if $service.trust }}
{{- $_ := set $kubemdm "trust" (dict "root" "/etc/kubemdm/trust/ca.crt" "orders" "/etc/kubemdm/trust/orders.crt" "ledger" "/etc/kubemdm/trust/ledger.crt") }}
{{- end }}
{{- $keys := default list $service.keys }}
{{- if has "issuing-ca" $keys }}
{{- $_ := set $kubemdm "enroll" (dict "issuing-certificate" "/etc/kubemdm/keys/issuing-ca/tls.crt" "issuing-key" "/etc/kubemdm/keys/issuing-ca/tls.key" "ledger-certificate" "/etc/kubemdm/keys/ledger-signing/tls.crt" "ledger-key" "/etc/kubemdm/keys/ledger-signing/tls.key") }}
{{- end }}
{{- if has "access-signing" $keys }}
{{- $issuer := $root.Values.access.issuer | default (printf "https://kubemdm-access.%s.svc:%v" $root.Release.Namespace $root.Values.access.service.port) }}
{{- $_ := set $kubemdm "access" (dict "issuer" $issuer "key" "/etc/kubemdm/keys/access-signing" "next-key" "/etc/kubemdm/keys/access-signing-next") }}
{{- end }}
{{- if has "orders-signing" $keys }}
{{- $_ := set $kubemdm "keys" (dict "orders" "/etc/kubemdm/keys/orders-signing") }}
{{- end }}
{{- if has "checkpoints-signing" $keys }}
{{- $_ := set $kubemdm "keys" (dict "checkpoints" "/etc/kubemdm/keys/checkpoints-signing") }}
{{- end }}
{{- if has "operator" (default list $service.kubernetes) }}
{{- $_ := set $kubemdm "lease" (dict "namespace" $root.Release.Namespace) }}
{{- $_ := set $kubemdm "wipes" (include "kubemdm.wipes" $root | fromYaml) }}
{{- $_ := set $kubemdm "approvals" (include "kubemdm.approvals" $root | fromYaml) }}
{{- $_ := set $kubemdm "compliance" (include "kubemdm.compliance" $root | fromYaml) }}
{{- $flags := dict "config-map" $root.Values.flags.configMap }}
{{- with $root.Values.flags.ofrep }}
{{- if .url }}
{{- $ofrep := dict "url" .url "devices-per-second" .devicesPerSecond }}
{{- if .tokenSecret }}
{{- $_ := set $ofrep "token" "/etc/kubemdm/flags/token" }}
{{- end }}
{{- $_ := set $flags "ofrep" $ofrep }}
{{- end }}
{{- end }}
{{- $_ := set $kubemdm "flags" $flags }}
{{- with $root.Values.analysis.prometheus }}
{{- if .url }}
{{- $prometheus := dict "url" .url }}
{{- if .tokenSecret }}
{{- $_ := set $prometheus "token" "/etc/kubemdm/prometheus/token" }}
{{- end }}
{{- if .caSecret }}
{{- $_ := set $prometheus "ca" "/etc/kubemdm/prometheus-ca/ca.crt" }}
{{- end }}
{{- $_ := set $kubemdm "analysis" (dict "prometheus" $prometheus) }}
{{- end }}
{{- end }}
{{- if $root.Values.notifications.url }}
{{- $_ := set $kubemdm "notifications" (dict "url" $root.Values.notifications.url "secret" "/etc/kubemdm/notifications/secret" "attempts" $root.Values.notifications.attempts) }}
{{- end }}
{{- end }}
{{- if and (has "operator" (default list $service.kubernetes)) $root.Values.automation.enabled }}
{{- $_ := set $kubemdm "automation" (include "kubemdm.automation" $root | fromYaml) }}
{{- end }}
{{- if and (has "channel" (splitList "," $service.roles)) $root.Values.wipes }}
{{- $_ := set $kubemdm "channel" (dict "budgets" (include "kubemdm.budgets" $root | fromYaml)) }}
{{- end }}
{{- $base := dict "kubemdm" $kubemdm "quarkus" (dict "log" (dict "level" $root.Values.logLevel)) }}
{{- mergeOverwrite $base (deepCopy (index $root.Values $name).config) | toYaml }}
{{- end }}

{{/* Budgets of commands, the same for operator and gateways: keys in kebab case. */}}
{{- define "kubemdm.budgets" -}}
{{- range $lane, $budget := .Values.wipes.budgets }}
{{ $lane }}:
  {{- range $key, $value := $budget }}
  {{ kebabcase $key }}: {{ $value }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Which changes need a second person, as the operator takes it. */}}
{{- define "kubemdm.approvals" -}}
{{- with .Values.approvals }}
bundles: {{ .bundles }}
rollouts: {{ .rollouts }}
rollout-first-step: {percent: {{ .rolloutFirstStep.percent }}, devices: {{ .rolloutFirstStep.devices }}}
{{- end }}
{{- end }}

{{/* What policies may do by themselves, as the operator takes it: keys in kebab case. */}}
{{- define "kubemdm.compliance" -}}
budgets:
{{- range $action, $budget := .Values.compliance.budgets }}
  {{ $action }}:
  {{- range $key, $value := $budget }}
    {{ kebabcase $key }}: {{ $value }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Floors and budgets of wipes, as the operator takes them: keys in kebab case. */}}
{{- define "kubemdm.wipes" -}}
approvals:
{{- range $owner, $floors := .Values.wipes.approvals }}
  {{ $owner }}:
  {{- range $type, $floor := $floors }}
    {{ kebabcase $type }}: {{ $floor }}
  {{- end }}
{{- end }}
budgets:
{{- include "kubemdm.budgets" . | indent 2 }}
{{- with .Values.wipes.lost }}
lost:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The door for HR and directory systems, as the operator takes it. */}}
{{- define "kubemdm.automation" -}}
enabled: true
hook-secrets: /etc/kubemdm/hooks
tenants:
{{- range $namespace, $keys := .Values.automation.tenants }}
  {{ $namespace }}:
    scim-token-sha256:
      {{- toYaml (default list $keys.scimTokenSha256) | nindent 6 }}
{{- else }} {}
{{- end }}
{{- end }}

{{/* Whether to install MutatingAdmissionPolicies, which are stable from 1.36; empty means no. */}}
{{- define "kubemdm.mutating" -}}
{{- if or (eq .Values.admission.mutating "enabled") (and (eq .Values.admission.mutating "auto") (semverCompare ">=1.36-0" .Capabilities.KubeVersion.Version)) }}yes{{ end }}
{{- end }}

{{/* The version of Strimzi's API: v1 where the cluster has it, else the one before. */}}
{{- define "kubemdm.strimzi" -}}
{{- if .Capabilities.APIVersions.Has "kafka.strimzi.io/v1" }}kafka.strimzi.io/v1{{ else }}kafka.strimzi.io/v1beta2{{ end }}
{{- end }}
