# The one-node Kubernetes, its registry and the S3 servers that the parts after this one use. Built once, which takes about
# 20 minutes; the binaries stay in the cache folder.
cluster_of_its_own() {
  cluster up
  cluster minio-up
  cluster s3-up
  cluster docker-up
  cluster status
  # The API server answers without them; what an older cluster left running holds their ports.
  eval "$(cluster env)"
  for _ in $(seq 60); do kubectl get serviceaccount default > /dev/null 2>&1 && return; sleep 1; done
  echo "no service account after 60 s, so no controllers: does an older kube-controller-manager still run?"
  ss -tlnp | grep -e 10257 -e 10259
  return 1
}
check cluster-up cluster_of_its_own
eval "$(cluster env)"
proved Kubernetes "$(kubectl get nodes -o jsonpath='{.items[0].status.nodeInfo.kubeletVersion}')" "API server, kubelet and DNS on one node"
