# The one-node Kubernetes, its registry and the S3 servers that the parts after this one use. Built once, which takes about
# 20 minutes; the binaries stay in the cache folder.
cluster_of_its_own() {
  # What an interrupted run left behind would be half of a cluster.
  [ -n "${FOVEA_E2E_KEEP_CLUSTER:-}" ] || cluster down
  cluster up && cluster minio-up && cluster s3-up && cluster docker-up && cluster status
}
check cluster-up cluster_of_its_own
eval "$(cluster env)"
proved Kubernetes "$(kubectl get nodes -o jsonpath='{.items[0].status.nodeInfo.kubeletVersion}')" "API server, kubelet and DNS on one node"
