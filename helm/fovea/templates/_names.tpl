{{- define "fovea.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "fovea.roles" -}}
datasets registry lab pipelines rollouts web
{{- end -}}

{{- define "fovea.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "fovea.labels" -}}
{{ include "fovea.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: fovea
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "fovea.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "fovea.publicHost" -}}
{{- (urlParse .Values.publicUrl).host | regexFind "^[^:]*" -}}
{{- end -}}

{{/* Where a role is reached by the others. */}}
{{- define "fovea.url" -}}
http://{{ include "fovea.fullname" .root }}-{{ .role }}:4800
{{- end -}}

{{/* "true" where rollouts writes workloads, where those send frames back, and where pipelines starts Jobs; empty elsewhere. */}}
{{- define "fovea.deploys" -}}
{{- if and .Values.roles.rollouts.kubernetes.enabled .Values.roles.rollouts.packaging.registry }}true{{ end -}}
{{- end -}}
{{- define "fovea.jobs" -}}
{{- if .Values.roles.pipelines.jobs.objectsSecret }}true{{ end -}}
{{- end -}}
{{- define "fovea.frames" -}}
{{- if and (include "fovea.deploys" .) .Values.roles.rollouts.kubernetes.modelSecret .Values.roles.rollouts.kubernetes.frames }}true{{ end -}}
{{- end -}}
{{- define "fovea.modelsNamespace" -}}
{{- default .Release.Namespace .Values.roles.rollouts.kubernetes.namespace -}}
{{- end -}}

{{/* Who calls whom; everything else between roles is closed. */}}
{{- define "fovea.calls" -}}
datasets: [registry, pipelines]
registry: [pipelines]
lab: [registry, pipelines]
pipelines: [datasets, registry, lab, rollouts]
rollouts: [registry, pipelines]
web: [datasets, registry, lab, pipelines, rollouts]
{{- end -}}

{{/* Everything that is missing or contradictory, in one message. */}}
{{- define "fovea.validate" -}}
{{- $wrong := list -}}
{{- $v := .Values -}}
{{- if not $v.publicUrl }}{{ $wrong = append $wrong "publicUrl is empty: the address that people will use, such as https://fovea.example.com" }}{{ end -}}
{{- if not $v.image.repository }}{{ $wrong = append $wrong "image.repository is empty: where the image was pushed, such as registry.example.com/fovea/fovea" }}{{ end -}}
{{- if not $v.auth.existingSecret }}{{ $wrong = append $wrong (printf "auth.existingSecret is empty: a Secret with the keys %s, %s and %s, each 32 characters or more (openssl rand -hex 32)" $v.auth.keys.adminToken $v.auth.keys.internalToken $v.auth.keys.metricsToken) }}{{ end -}}
{{- if not $v.database.existingSecret }}{{ $wrong = append $wrong (printf "database.existingSecret is empty: a Secret with the keys %s (jdbc:postgresql://HOST:5432/NAME), %s and %s" $v.database.keys.url $v.database.keys.username $v.database.keys.password) }}{{ end -}}
{{- if not $v.objectStore.existingSecret }}{{ $wrong = append $wrong (printf "objectStore.existingSecret is empty: a Secret with the keys %s and %s" $v.objectStore.keys.accessKey $v.objectStore.keys.secretKey) }}{{ end -}}
{{- if not $v.objectStore.endpoint }}{{ $wrong = append $wrong "objectStore.endpoint is empty: the S3's address, such as https://s3.eu-central-1.amazonaws.com" }}{{ end -}}
{{- if not $v.objectStore.bucket }}{{ $wrong = append $wrong "objectStore.bucket is empty: a bucket that exists" }}{{ end -}}
{{- if and $v.gateway.enabled (not $v.gateway.parentRefs) }}{{ $wrong = append $wrong "gateway.enabled without gateway.parentRefs: name your Gateway, such as [{name: public, namespace: gateways}]" }}{{ end -}}
{{- if and $v.gateway.enabled $v.publicUrl (not $v.gateway.hostnames) (regexMatch "^[0-9.]+$" (include "fovea.publicHost" .)) }}{{ $wrong = append $wrong "publicUrl is an IP address, which an HTTPRoute cannot match: use a name, or give gateway.hostnames" }}{{ end -}}
{{- if and $v.publicUrl (not (regexMatch "^https?://[a-zA-Z0-9]([-a-zA-Z0-9.]*[a-zA-Z0-9])?(:[0-9]{1,5})?$" $v.publicUrl)) }}{{ $wrong = append $wrong (printf "publicUrl is %q (expected: scheme and host, perhaps a port, and nothing behind, such as https://fovea.example.com)" $v.publicUrl) }}{{ end -}}
{{- if and $v.objectStore.endpoint (not (regexMatch "^https?://" $v.objectStore.endpoint)) }}{{ $wrong = append $wrong (printf "objectStore.endpoint is %q (expected: it begins with https:// or http://)" $v.objectStore.endpoint) }}{{ end -}}
{{- range $role, $why := dict "datasets" "its Git repositories are on one volume" "lab" "one process measures under one name" "rollouts" "one controller decides at a time" "web" "the sessions of the pages are in its memory" -}}
{{- if gt (int (index $v.roles $role).replicas) 1 }}{{ $wrong = append $wrong (printf "roles.%s.replicas is %d (expected: 0 or 1): %s" $role (int (index $v.roles $role).replicas) $why) }}{{ end -}}
{{- end -}}
{{- range $where, $settings := dict "config" $v.config "roles.datasets.config" $v.roles.datasets.config "roles.registry.config" $v.roles.registry.config "roles.lab.config" $v.roles.lab.config "roles.pipelines.config" $v.roles.pipelines.config "roles.rollouts.config" $v.roles.rollouts.config "roles.web.config" $v.roles.web.config -}}
{{- range $key, $value := $settings -}}
{{- if regexMatch "(password|secret|access-key|token)$" $key }}{{ $wrong = append $wrong (printf "%s holds %s: a secret there would be in a ConfigMap; put it into one of the Secrets that values.yaml names" $where $key) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- with $v.auth.login -}}
{{- if and .issuer (not .grants) }}{{ $wrong = append $wrong "auth.login.issuer without auth.login.grants: say which groups have which roles, such as [{value: vision-team, project: parcels, roles: [ENGINEER]}]" }}{{ end -}}
{{- if and .issuer (not (hasPrefix "https://" .issuer)) }}{{ $wrong = append $wrong (printf "auth.login.issuer is %q (expected: it begins with https://)" .issuer) }}{{ end -}}
{{- if and .caKey (not .existingSecret) }}{{ $wrong = append $wrong "auth.login.caKey without auth.login.existingSecret: name the Secret that has it" }}{{ end -}}
{{- if and .existingSecret (not .issuer) }}{{ $wrong = append $wrong "auth.login.existingSecret without auth.login.issuer: name the provider that it is for" }}{{ end -}}
{{- end -}}
{{- if and $v.roles.rollouts.packaging.existingSecret (not $v.roles.rollouts.packaging.registry) }}{{ $wrong = append $wrong "roles.rollouts.packaging.existingSecret without roles.rollouts.packaging.registry: name the registry that it opens" }}{{ end -}}
{{- if and (include "fovea.deploys" .) (not $v.gateway.parentRefs) (not $v.roles.rollouts.kubernetes.gateway.name) }}{{ $wrong = append $wrong "roles.rollouts.packaging.registry without a Gateway for the models: give gateway.parentRefs or roles.rollouts.kubernetes.gateway, or set roles.rollouts.kubernetes.enabled=false, which serves models in the role itself" }}{{ end -}}
{{- if $wrong -}}
{{- fail (printf "\n\nFovea cannot be installed with these values:\n  - %s\nEvery value is explained in values.yaml, and step by step in docs/deploy.md.\n" (join "\n  - " $wrong)) -}}
{{- end -}}
{{- end -}}
