# Container images, without Docker: the base twice (same digest), a model's image by Fovea's own release, pushed to a registry, run as a pod.
need_packages ca-certificates
cluster up > "$OUT/cluster.log" 2>&1
eval "$(cluster env)"
export PATH=${CLUSTER_HOME:-$HOME/.cache/cluster}/bin:$PATH
triton=$(venv triton 'tritonclient[http]==2.73.0' numpy pillow)
images=$WORK/images

check base-image-twice bash e2e/base_twice.sh "$images"
proved jlink "$("$(./jdk)/bin/jlink" --version)" "a base image without Docker; built twice, the same digest"
check application-image images/build fovea --out "$images"
# A registry's prefix of this run, so that nothing is there before.
prefix=$REGISTRY/fovea-e2e-$$
check push-base env PLAIN_HTTP=1 images/push "$images/base" "$prefix/base"
check push-application env PLAIN_HTTP=1 images/push "$images/fovea" "$prefix/fovea"
check application-image-runs bash e2e/application_image.sh "$prefix/fovea"
check registry-contract env FOVEA_TEST_REGISTRY="$REGISTRY" JAVA_HOME="$(./jdk)" ./mvnw -ntp -q -pl rollout-controller -am test \
  -Dtest=RealRegistryContract -Dsurefire.failIfNoSpecifiedTests=false
proved "crane registry" 0.22.1 "the image registry's contract suite; the digest stays from build to pod"

# The demo up to its first deployment: its release packages the model on the base and pushes the image, as any release does.
home=$WORK/packaging
check release-pushes-its-image bash e2e/packaged_demo.sh "$home" "$prefix" "$images/base.tar"
image=$prefix/digits/digit-reader
tag=$(crane ls --insecure "$image" | head -n 1)
image=$image@$(crane digest --insecure "$image:$tag")
check image-is-valid crane validate --insecure --remote "$image"
check image-can-be-pulled crane pull --insecure --format=oci "$image" "$WORK/pulled"
serve "$home" --set fovea.rollouts.packaging.registry="$prefix" --set fovea.rollouts.packaging.insecure-hosts="$REGISTRY"
check model-image-runs env FOVEA_URL="$URL" FOVEA_TOKEN="$TOKEN" TRITON="$triton/bin/python" bash e2e/model_image.sh "$image"
sed -n 's/^measured: //p' "$OUT/model-image-runs.log" | while read -r line; do say "$line"; done
proved containerd "$(containerd --version | grep -o '[0-9][0-9.]*' | head -n 1)" "runs a model's image: user 65532, read-only root, no capability, Pod Security restricted"
proved tritonclient 2.73.0 "the same answers from the image as from the server within Fovea"
