{{- define "fovea.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "fovea.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
privileged: false
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* Settings and secrets are files. A secret's file is named after the setting that it becomes. */}}
{{- define "fovea.databaseSecret" -}}
- secret:
    name: {{ .Values.database.existingSecret }}
    items:
      - key: {{ .Values.database.keys.url }}
        path: spring.datasource.url
      - key: {{ .Values.database.keys.username }}
        path: spring.datasource.username
      - key: {{ .Values.database.keys.password }}
        path: spring.datasource.password
{{- end -}}

{{- define "fovea.imagePullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* The application.yaml of one role. */}}
{{- define "fovea.settings" -}}
{{- $root := .root -}}
{{- $role := .role -}}
{{- $name := include "fovea.fullname" $root -}}
{{- $own := index $root.Values.roles $role -}}
{{- $settings := dict
  "fovea.auth.public-url" $root.Values.publicUrl
  "fovea.database.schema" "verify"
  "spring.datasource.hikari.maximum-pool-size" $root.Values.database.poolSize
  "management.server.port" 4801
  "server.servlet.session.cookie.secure" (hasPrefix "https://" $root.Values.publicUrl)
-}}
{{- $service := printf "%s-%s" $name $role -}}
{{- $ns := $root.Release.Namespace -}}
{{- $_ := set $settings "fovea.auth.internal-hosts" (printf "%s,%s.%s,%s.%s.svc,%s.%s.svc.cluster.local" $service $service $ns $service $ns $service $ns) -}}
{{- range (include "fovea.roles" $root | splitList " ") -}}
{{- if ne . $role -}}
{{- $_ := set $settings (printf "spring.http.serviceclient.%s.base-url" .) (include "fovea.url" (dict "root" $root "role" .)) -}}
{{- end -}}
{{- end -}}
{{- if eq $role "rollouts" -}}
{{- with $own.packaging -}}
{{- if .registry }}{{ $_ := set $settings "fovea.rollouts.packaging.registry" .registry }}{{ end -}}
{{- if .images }}{{ $_ := set $settings "fovea.rollouts.kubernetes.images" .images }}{{ end -}}
{{- if .base }}{{ $_ := set $settings "fovea.rollouts.packaging.base" .base }}{{ end -}}
{{- if .insecureHosts }}{{ $_ := set $settings "fovea.rollouts.packaging.insecure-hosts" (join "," .insecureHosts) }}{{ end -}}
{{- if .existingSecret }}{{ $_ := set $settings "fovea.rollouts.packaging.credentials-file" "/etc/fovea/registry/config.json" }}{{ end -}}
{{- end -}}
{{- if include "fovea.deploys" $root -}}
{{- $parent := first (concat $root.Values.gateway.parentRefs (list (dict "name" ""))) -}}
{{- $_ := set $settings "fovea.rollouts.kubernetes.namespace" (include "fovea.modelsNamespace" $root) -}}
{{- with $own.kubernetes.modelSecret }}{{ $_ := set $settings "fovea.rollouts.kubernetes.model-secret" . }}{{ end -}}
{{- if include "fovea.frames" $root -}}
{{- $_ := set $settings "fovea.rollouts.kubernetes.frames-url" (printf "http://%s.%s:4800/internal/v1/frames" $service $ns) -}}
{{- $_ := set $settings "fovea.rollouts.kubernetes.frames-token-file" "/etc/fovea/models/frames-token" -}}
{{- end -}}
{{- with $own.kubernetes.gateway -}}
{{- $_ := set $settings "fovea.rollouts.kubernetes.gateway.name" (default $parent.name .name) -}}
{{- $_ := set $settings "fovea.rollouts.kubernetes.gateway.namespace" (coalesce .namespace $parent.namespace $root.Release.Namespace) -}}
{{- with (default $parent.sectionName .section) }}{{ $_ := set $settings "fovea.rollouts.kubernetes.gateway.section" . }}{{ end -}}
{{- $_ := set $settings "fovea.rollouts.kubernetes.gateway.hostnames" (join "," (coalesce .hostnames $root.Values.gateway.hostnames (list (include "fovea.publicHost" $root)))) -}}
{{- $_ := set $settings "fovea.rollouts.kubernetes.gateway.url" (default $root.Values.publicUrl .url) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and (eq $role "registry") $root.Values.auth.login.issuer -}}
{{- with $root.Values.auth.login -}}
{{- $_ := set $settings "fovea.auth.login.issuer" .issuer -}}
{{- $_ := set $settings "fovea.auth.login.client-id" .clientId -}}
{{- if .caKey }}{{ $_ := set $settings "fovea.auth.login.ca-file" "/etc/fovea/login/ca.pem" }}{{ end -}}
{{- $_ := set $settings "fovea.auth.login.label" .label -}}
{{- $_ := set $settings "fovea.auth.login.claim" .claim -}}
{{- $_ := set $settings "fovea.auth.login.name-claim" .nameClaim -}}
{{- if .userInfo }}{{ $_ := set $settings "fovea.auth.login.user-info" "true" }}{{ end -}}
{{- if .endSession }}{{ $_ := set $settings "fovea.auth.login.end-session" "true" }}{{ end -}}
{{- range $i, $grant := .grants -}}
{{- $at := printf "fovea.auth.login.grants[%d]" $i -}}
{{- $_ := set $settings (printf "%s.value" $at) $grant.value -}}
{{- $_ := set $settings (printf "%s.project" $at) $grant.project -}}
{{- $_ := set $settings (printf "%s.roles" $at) (join "," $grant.roles) -}}
{{- with $grant.claim }}{{ $_ := set $settings (printf "%s.claim" $at) . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if eq $role "pipelines" -}}
{{- if include "fovea.jobs" $root -}}
{{- $_ := set $settings "fovea.pipelines.jobs.launcher" "kubernetes" -}}
{{- $_ := set $settings "fovea.pipelines.jobs.kubernetes.namespace" $root.Release.Namespace -}}
{{- $_ := set $settings "fovea.pipelines.jobs.kubernetes.image" (include "fovea.image" $root) -}}
{{- $_ := set $settings "fovea.pipelines.jobs.kubernetes.objects-secret" $own.jobs.objectsSecret -}}
{{- with $own.jobs.pythonImage }}{{ $_ := set $settings "fovea.pipelines.jobs.kubernetes.python-image" . }}{{ end -}}
{{- with $own.jobs.pythonClaim }}{{ $_ := set $settings "fovea.pipelines.jobs.kubernetes.python-claim" . }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $settings = merge (deepCopy $own.config) (deepCopy $root.Values.config) $settings -}}
{{- toYaml $settings -}}
{{- end -}}
