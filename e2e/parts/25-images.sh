# Container images, without Docker: the base twice (same digest), a model's image by Fovea's own release, pushed to a registry, run as a pod.
# after: cluster
need_packages ca-certificates
cluster up > "$OUT/cluster.log" 2>&1
eval "$(cluster env)"
export PATH=${CLUSTER_HOME:-$HOME/.cache/cluster}/bin:$PATH
triton=$(venv triton 'tritonclient[http]==2.73.0' numpy pillow)

check base-image-twice locked images bash e2e/base_twice.sh "$IMAGES"
proved jlink "$("$(./jdk)/bin/jlink" --version)" "a base image without Docker; built twice, the same digest"
check application-image application_image
# A registry's prefix of this run, so that nothing is there before.
prefix=$REGISTRY/fovea-e2e-$$
check push-base env PLAIN_HTTP=1 images/push "$IMAGES/base" "$prefix/base"
check push-application env PLAIN_HTTP=1 images/push "$IMAGES/fovea" "$prefix/fovea"
check application-image-runs bash e2e/application_image.sh "$prefix/fovea"
# A model's image by the code that every release uses, on the base just built; and the registry's contract suite.
export FOVEA_TEST_REGISTRY=$REGISTRY FOVEA_TEST_BASE=tar://$IMAGES/base.tar FOVEA_TEST_REFERENCE=$WORK/reference
check registry-contract junit rollout-controller dev.fovea.rollouts.packaging.RealRegistryContract 5
FOVEA_TEST_REGISTRY=$prefix
check model-image-pushed junit rollout-controller dev.fovea.rollouts.packaging.RealModelImage 1
image=$(cat "$WORK/reference")
proved "crane registry" 0.22.1 "the image registry's contract suite; the digest stays from folder to registry to pod"
check image-is-valid crane validate --insecure --remote "$image"
check image-can-be-pulled crane pull --insecure --format=oci "$image" "$WORK/pulled"

# The same model by the same server without a container.
python3 e2e/model_files.py "$WORK/pulled" "$WORK/model"
"$(./jdk)/bin/java" --enable-native-access=ALL-UNNAMED -cp "application/target/fovea/lib/*" dev.fovea.serving.ModelServerMain "$WORK/model" 127.0.0.1:18481 \
  > "$OUT/model-server.log" 2>&1 &
started $!
until curl -sf http://127.0.0.1:18481/v2/health/ready > /dev/null; do kill -0 $! || { cat "$OUT/model-server.log"; exit 1; }; sleep 0.2; done
check model-image-runs env TRITON="$triton/bin/python" bash e2e/model_image.sh "$image" lamp http://127.0.0.1:18481
sed -n 's/^measured: //p' "$OUT/model-image-runs.log" | while read -r line; do say "$line"; done
proved containerd "$(containerd --version | grep -o '[0-9][0-9.]*' | sed -n 1p)" "runs a model's image: user 65532, read-only root, no capability, Pod Security restricted"
proved tritonclient 2.73.0 "the same answers from the image as from the server without a container"
