/** Jobs as Jobs of a Kubernetes, indexed by shard. */
@NullMarked
package dev.fovea.pipelines.launch.kubernetes;

import org.jspecify.annotations.NullMarked;
