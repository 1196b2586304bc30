# Rollouts on a real cluster under live load: promoted, rolled back (a wrong model, a slow one), the controller killed in each stage, the API
# server stopped; shadow stages and a bake, whose copies the pods send. Not one request may fail.
need_packages ca-certificates
cluster up > "$OUT/cluster.log" 2>&1
eval "$(cluster env)"
onnx=$(venv kubernetes-models 'onnx==1.19.1')
check kubernetes-models "$onnx/bin/python" e2e/kubernetes_models.py "$WORK/kubernetes-models"
base_image
check kubernetes-rollouts timeout 900 python3 e2e/kubernetes.py "$WORK/kubernetes" "$WORK/kubernetes-models" "$IMAGES/base.tar"
grep '^\[' "$OUT/kubernetes-rollouts.log" | while read -r line; do say "$line"; done
proved Kubernetes "$(kubectl version -o json | sed -n '/serverVersion/,$s/.*"gitVersion": "\(v[^"]*\)".*/\1/p')" \
  "rollouts promoted and rolled back under load, controller killed in each stage, API server stopped 30 s, shadow and bake: no request failed"
proved "Gateway API (Traefik)" "1.4.0 (3.6.12)" "HTTPRoute weights as asked for, by observed share"
proved kubernetes-client/java 27.0.0 "with the rights of rbac.yaml and no others"
