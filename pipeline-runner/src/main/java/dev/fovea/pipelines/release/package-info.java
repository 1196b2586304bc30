/** The release job: from a registered model version to the start of its rollout. */
@NullMarked
package dev.fovea.pipelines.release;

import org.jspecify.annotations.NullMarked;
